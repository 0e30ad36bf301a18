namespace Palisade.Domain.Access;

/// <summary>
/// A name and what has been found out about it: each test is held once and remembered as two bits. Safe to ask from all
/// threads.
/// </summary>
internal sealed class KnownName
{
    // For every 64 tests a word of those that were held, and one of those that hold.
    private readonly ulong[] _words;

    /// <param name="tests">How many tests there are: every number asked for is below.</param>
    public KnownName(string text, int tests, int hash = 0)
    {
        (Text, Hash) = (text, hash);
        _words = new ulong[(tests + 63) / 64 * 2];
    }

    /// <summary>
    /// Stands for all names that nobody wrote down and that exactly these tests hold for (<see cref="NameClasses"/>);
    /// its text is no valid name.
    /// </summary>
    public KnownName(string text, int tests, IEnumerable<NameTest> holding)
        : this(text, tests)
    {
        for (var word = 0; word < _words.Length; word += 2)
        {
            _words[word] = ~0UL;
        }

        foreach (var test in holding)
        {
            _words[WordOf(test) + 1] |= BitOf(test);
        }
    }

    public string Text { get; }

    public int Hash { get; }

    public bool Is(NameTest test)
    {
        var (word, bit) = (WordOf(test), BitOf(test));
        if ((Volatile.Read(ref _words[word]) & bit) == 0)
        {
            Learn(test, word, bit);
        }

        return (_words[word + 1] & bit) != 0;
    }

    private void Learn(NameTest test, int word, ulong bit)
    {
        // The answer is there before it is said to be known; two threads that find it out find the same.
        if (test.Holds(Text))
        {
            Interlocked.Or(ref _words[word + 1], bit);
        }

        Interlocked.Or(ref _words[word], bit);
    }

    private static int WordOf(NameTest test) => test.Number >> 6 << 1;

    private static ulong BitOf(NameTest test) => 1UL << (test.Number & 63);
}
