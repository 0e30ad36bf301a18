namespace Palisade.Storage.Postgres;

/// <summary>The statement that takes the heads of a group of appends.</summary>
internal static class HeadStatements
{
    private const int Moves = 0;
    private const int Holds = 1;
    private const int Looks = 2;

    /// <param name="heads">In the one order in which everybody takes them.</param>
    public static Statement Take(IReadOnlyList<HeadMove> heads) =>
        Statement
            .Of("SELECT take_heads($1, $2, $3, $4, $5, $6, $7, $8)")
            .Add([.. heads.Select(WayOf)])
            .Add([.. heads.Select(move => move.Stream)])
            .Add([.. heads.Select(move => move.Moved?.Org)])
            .Add([.. heads.Select(move => move.Moved?.Write.Stream.Kind)])
            .Add([.. heads.Select(move => move.From.Seq)])
            .Add([.. heads.Select(move => move.From.Hash)])
            .Add([.. heads.Select(move => move.To.Seq)])
            .Add([.. heads.Select(move => move.To.Hash)]);

    private static int WayOf(HeadMove move) =>
        move.Moved is not null ? Moves
        : move.IsMomentary ? Looks
        : Holds;
}
