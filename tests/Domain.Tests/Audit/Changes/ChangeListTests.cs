using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Tests.Audit.Changes;

public sealed class ChangeListTests
{
    [Fact]
    public void What_is_the_same_is_not_listed_and_nothing_is_no_value()
    {
        var changes = new ChangeList();
        changes.Text("same", "a", "a");
        changes.Text("neither", "", null);
        changes.Number("number", 1, 1);
        changes.Flag("flag", true, true);
        changes.List("list", ["a", "b"], ["a", "b"]);
        changes.Each("set", ["a", "b"], ["b", "a"]);
        changes.Secret("secret", "f1", "f1");
        changes.Hidden("hidden", "x", "x");

        Assert.Same(ChangeSet.None, changes.ToSet());
    }

    [Fact]
    public void Each_kind_of_value_is_what_it_was_when_it_is_read_back()
    {
        var changes = new ChangeList();
        changes.Text("text", "Zoë \"Q\" \\ \u2028", "b");
        changes.Number("number", null, long.MaxValue);
        changes.Flag("flag", false, true);
        changes.Time("time", null, DateTimeOffset.UnixEpoch);
        changes.List("list", ["a"], []);
        changes.Each("set", ["a", "b"], ["b", "c"]);
        changes.Secret("secret", "f1", "f2");
        changes.Hidden("hidden", null, new object());
        changes.Personal("personal", null, new Sealed("k", [1, 2], [3, 4]), "name");
        var set = changes.ToSet();

        Assert.Equal(set.Items.AsEnumerable(), Again(set).Items);
        Assert.Equal(
            "text: Zoë \"Q\" \\ \u2028 → b; number: added 9223372036854775807; flag: false → true; "
                + "time: added 1970-01-01T00:00:00.0000000Z; list: removed [a]; set: removed a; set: added c; "
                + "secret: changed (secret); hidden: added (secret); personal: added (sealed)",
            set.ToString()
        );
    }

    [Fact]
    public void A_long_text_is_cut_and_says_so()
    {
        var changes = new ChangeList();
        changes.Text("long", null, new string('x', ChangeList.MaxText + 1));
        changes.Text("pair", null, new string('x', ChangeList.MaxText - 1) + "👩");
        changes.Text("fits", null, new string('x', ChangeList.MaxText));
        changes.List("list", [], [new string('x', 5_000)]);
        changes.Secret(new string('k', 5_000), null, "f");

        var set = Again(changes.ToSet());

        Assert.Equal([true, true, false, true, true], set.Items.Select(change => change.Cut));
        Assert.Equal(
            [300, 299, 300],
            set.Items.Take(3).Select(change => ((ChangeValue.Text)change.After!).Value.Length)
        );
        Assert.Equal(ChangeList.MaxText, set.Items[^1].Path.Length);
    }

    [Fact]
    public void However_much_changes_an_entry_is_bounded_and_tells_how_much_is_left_out()
    {
        var (many, large) = (new ChangeList(), new ChangeList());
        for (var i = 0; i < 1_000; i++)
        {
            many.Flag($"f{i}", false, true);
            large.Text($"t{i}", new string('a', 300), new string('b', 300));
        }

        Assert.Equal((ChangeList.MaxChanges, 800), (many.ToSet().Items.Length, Again(many.ToSet()).LeftOut));
        var set = Again(large.ToSet());
        Assert.Equal(1_000, set.Items.Length + set.LeftOut);
        Assert.InRange(Written(set).Length, 1, ChangeList.MaxTotal * 2);
    }

    [Fact]
    public void What_two_things_changed_is_bounded_as_what_one_did()
    {
        var (many, large) = (new ChangeList(), new ChangeList());
        for (var i = 0; i < 150; i++)
        {
            many.Flag($"f{i}", false, true);
            large.Text($"t{i}", new string('a', 150), null);
        }

        var (flags, texts) = (many.ToSet(), large.ToSet());
        Assert.Equal((0, 0), (flags.LeftOut, texts.LeftOut));

        var both = Again(flags.And(flags));
        Assert.Equal((ChangeList.MaxChanges, 100), (both.Items.Length, both.LeftOut));
        Assert.Equal((ChangeList.MaxChanges, 250), (both.And(flags).Items.Length, both.And(flags).LeftOut));
        Assert.InRange(Written(texts.And(texts)).Length, 1, ChangeList.MaxTotal * 2);
        Assert.Equal(flags.Items.AsEnumerable(), flags.And(ChangeSet.None).Items);
        Assert.Equal(flags.Items.AsEnumerable(), ChangeSet.None.And(flags).Items);
    }

    [Fact]
    public void What_is_too_large_by_itself_is_told_as_left_out()
    {
        var changes = new ChangeList();
        changes.List("list", [], Enumerable.Repeat(new string('x', 300), 200));

        var set = Again(changes.ToSet());

        Assert.Equal((0, 1), (set.Items.Length, set.LeftOut));
    }

    [Fact]
    public void S19_of_a_secret_neither_value_nor_length_is_there()
    {
        var (short_, long_) = (new ChangeList(), new ChangeList());
        short_.Hidden("password", "a", "canary");
        long_.Hidden("password", "a", new string('x', 1_000));

        Assert.Equal(Written(short_.ToSet()), Written(long_.ToSet()));
        Assert.Equal("""{"changes":[{"path":"password","kind":"changed","secret":true}]}""", Written(short_.ToSet()));
    }

    [Fact]
    public void A_body_from_before_there_were_changes_has_none()
    {
        using var body = JsonDocument.Parse("""{"org":"acme","version":2,"event":{"data":{"changes":["no"]}}}""");

        Assert.Same(ChangeSet.None, ChangeJson.Read(body.RootElement));
    }

    private static ChangeSet Again(ChangeSet set)
    {
        using var body = JsonDocument.Parse(Written(set));
        return ChangeJson.Read(body.RootElement);
    }

    private static string Written(ChangeSet set)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            ChangeJson.Write(writer, set);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
