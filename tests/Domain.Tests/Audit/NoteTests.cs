using System.Security.Cryptography;
using Palisade.Domain.Audit;

namespace Palisade.Domain.Tests.Audit;

public sealed class NoteTests
{
    // The example in the documentation of transparency-dev/formats, which the signature type comes from; its key hash
    // is a placeholder there.
    private const string RekorKey =
        "AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBcK5AW5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc=";

    [Fact]
    public void A_key_of_that_signature_type_is_read_with_the_id_of_its_bytes()
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(RekorKey)[1..]).AsSpan(0, 4));

        Assert.True(NoteKey.TryParse($"rekor.sigstore.dev+{id}+{RekorKey}", out var key));
        Assert.Equal(("rekor.sigstore.dev", id), (key.Name, key.HexId));
        Assert.Equal($"rekor.sigstore.dev+{id}+{RekorKey}", key.ToString());
        Assert.False(NoteKey.TryParse($"rekor.sigstore.dev+12345678+{RekorKey}", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("name+00000000+")]
    [InlineData("name+00000000+AQ==")]
    [InlineData("name+00000000+not base64")]
    [InlineData("a name+00000000+" + RekorKey)]
    [InlineData("+00000000+" + RekorKey)]
    public void What_is_no_key_is_refused(string text) => Assert.False(NoteKey.TryParse(text, out _));

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Null(NoteKey.From("log", key.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void A_note_is_written_and_read_back_and_only_its_signer_signed_it()
    {
        using var signer = new SampleSigner("log.example/acme");
        using var other = new SampleSigner("log.example/acme");
        var note = signer.Sign("log.example/acme\n5\nrest\n");

        Assert.True(SignedNote.TryParse(note.ToString(), out var read));
        Assert.StartsWith(
            "log.example/acme\n5\nrest\n\n— log.example/acme ",
            read.ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal(note.ToString(), read.ToString());
        Assert.True(read.IsSignedBy(signer.Key));
        Assert.Null(read.IsSignedBy(other.Key));
        Assert.False((read with { Text = "log.example/acme\n6\nrest\n" }).IsSignedBy(signer.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name\n")]
    [InlineData("text\n\n— name AAAA\n")]
    [InlineData("text\n\n- name AAAAAAA=\n")]
    [InlineData("text\n\n— name AAAAAAA=")]
    [InlineData("text\n\n— name AAAAAAB=\n")]
    [InlineData("te\txt\n\n— name AAAAAAA=\n")]
    [InlineData("text\n\n— na+me AAAAAAA=\n")]
    public void What_is_no_note_is_refused(string text) => Assert.False(SignedNote.TryParse(text, out _));

    [Fact]
    public void A_note_with_more_signatures_than_verifiers_must_take_is_refused()
    {
        var signature = "— name AAAAAAA=\n";

        Assert.True(SignedNote.TryParse("text\n\n" + string.Concat(Enumerable.Repeat(signature, 16)), out _));
        Assert.False(SignedNote.TryParse("text\n\n" + string.Concat(Enumerable.Repeat(signature, 17)), out _));
    }

    [Fact]
    public void A_checkpoint_is_three_lines_and_there_is_one_text_for_it()
    {
        var checkpoint = new Checkpoint("log.example/acme", 12, new byte[32]);

        Assert.Equal("log.example/acme\n12\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", checkpoint.Text);
        Assert.True(Checkpoint.TryParse(checkpoint.Text, out var read));
        Assert.Equal(checkpoint, read);
        Assert.All(
            new[]
            {
                "\n12\n",
                "log\n012\n",
                "log\n-1\n",
                "log\n 1\n",
                "a log\n12\n",
                "lo\u009bg\n12\n",
                "log\n12\nAAAA\n",
            }.Select(start =>
                start.EndsWith("AAAA\n", StringComparison.Ordinal)
                    ? start
                    : start + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
            ),
            text => Assert.False(Checkpoint.TryParse(text, out _), text)
        );
        Assert.False(Checkpoint.TryParse(checkpoint.Text + "extension\n", out _));
    }

    [Fact]
    public void A_key_that_nobody_announced_breaks_the_history()
    {
        using var first = new SampleSigner("log");
        using var second = new SampleSigner("log");
        using var third = new SampleSigner("log");
        var announced = new KeyLink(second.Key, SampleSigner.Succession(first, second));

        Assert.Null(new KeyHistory([new(first.Key, null), announced]).Fault("log"));
        Assert.NotNull(new KeyHistory([new(first.Key, null), announced]).Fault("other"));
        Assert.NotNull(new KeyHistory([new(first.Key, null), new(second.Key, null)]).Fault("log"));
        Assert.NotNull(new KeyHistory([announced]).Fault("log"));
        Assert.NotNull(new KeyHistory([new(third.Key, null), announced]).Fault("log"));
        Assert.NotNull(new KeyHistory([new(first.Key, null), new(third.Key, announced.Succession)]).Fault("log"));
        Assert.NotNull(
            new KeyHistory([
                new(first.Key, null),
                new(second.Key, second.Sign(KeyHistory.SuccessionText(first.Key, second.Key))),
            ]).Fault("log")
        );
        Assert.NotNull(new KeyHistory([]).Fault("log"));
    }
}
