namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>What the processes of one service in one release do once they are started.</summary>
internal enum Behaviour
{
    Good,
    CrashesAtStart,
    AnswersWrongly,
    NeverAnswers,
    HasNoImage,
    CannotStart,
}
