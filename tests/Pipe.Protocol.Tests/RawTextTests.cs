using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Pipe.Protocol.Tests;

public class RawTextTests
{
    [Fact]
    public void Any_bytes_come_back_as_they_were() =>
        Prop.ForAll(Wire.Bytes.ToArbitrary(), bytes => RawText.Encode(RawText.Decode(bytes)).AsSpan().SequenceEqual(bytes))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Spoilt_utf8_comes_back_as_it_was() =>
        Prop.ForAll(
                Wire.Mutated(ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => Encoding.UTF8.GetBytes(text.Get + "é€💾"))).ToArbitrary(),
                bytes => RawText.Encode(RawText.Decode(bytes)).AsSpan().SequenceEqual(bytes))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Utf8_is_read_as_what_it_says() => Assert.Equal("naïve/日本/💾", RawText.Decode("naïve/日本/💾"u8));

    [Fact]
    public void Printable_text_has_nothing_that_moves_a_cursor_and_no_half_characters() =>
        Prop.ForAll(
                Gen.OneOf(Wire.Text, ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get), Gen.Choose(0, char.MaxValue).Select(c => (char)c).ArrayOf(20).Select(chars => new string(chars))).ToArbitrary(),
                text =>
                {
                    var shown = RawText.Printable(text);
                    return !shown.Any(char.IsControl)
                        && !shown.Any(c => c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))
                        && new UTF8Encoding(false, true).GetBytes(shown).Length >= text.Length / 2;
                })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("plain name", "plain name")]
    [InlineData("日本 é", "日本 é")]
    [InlineData("💀💾💩", "💀💾💩")] // their second halves look like escaped bytes
    [InlineData("a\u001b[2Jb", @"a\x1b[2Jb")]
    [InlineData("a\nb\u0085", @"a\x0ab\x85")]
    [InlineData("\u202Etxt", @"\u{202e}txt")]
    public void Printable_text_shows_what_cannot_be_shown_as_a_number(string text, string shown) => Assert.Equal(shown, RawText.Printable(text));

    [Fact]
    public void Printable_text_shows_bytes_that_are_no_text_as_numbers()
    {
        // Not as data of a theory: half characters do not survive on their way to it.
        Assert.Equal(@"a\xffb", RawText.Printable("a\uDCFFb"));
        Assert.Equal(@"a\u{d83d}b", RawText.Printable("a\uD83Db"));
    }

    [Fact]
    public void Half_a_character_that_stands_for_no_byte_becomes_a_replacement_character() =>
        Assert.Equal("\uFFFD"u8, RawText.Encode("\uD800"));
}
