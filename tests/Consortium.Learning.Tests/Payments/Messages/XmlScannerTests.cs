using System.Text;
using System.Xml;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Iso20022;
using CsCheck;

namespace Consortium.Learning.Tests.Payments.Messages;

/// <summary>The scanner against the framework's reader, on well-formed and on mutated text.</summary>
public sealed class XmlScannerTests
{
    private static readonly Gen<string> Names = Gen.String[Gen.Char["abcXYZ_:"], 1, 6].Select(
        name => "n" + name.Replace(":", ""));

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Const("plain"), Gen.Const(" \r\n\t"), Gen.Const("&amp;&lt;&#65;&#x1F600;"), Gen.Const("<![CDATA[a < b & c]]>"),
        Gen.Const("<!-- a - comment -->"), Gen.Const("<?pi some ?>"), Gen.Const("\u00E4\u20AC\uFEFF]] >"),
        Gen.Const("a\rb\r\nc"));

    private static readonly Gen<string> Trees = Gen.Recursive<string>((depth, tree) => depth > 4
        ? Texts
        : Gen.OneOf(
            Texts,
            Gen.Select(Names, tree.Array[0, 3], Gen.Bool, (name, inner, hasAttribute) => inner.Length == 0
                ? $"<{name}{(hasAttribute ? " a = \"1>&quot;\" b='x'" : "")}/>"
                : $"<{name}{(hasAttribute ? "\r\n\ta='2'" : "")} >{string.Concat(inner)}</{name} >")));

    [Fact]
    public void Read_WellFormed_WhatTheFrameworkReads() => Trees.Sample(tree =>
    {
        string text = $"<root>{tree}</root>";
        Assert.Equal(Framework(text), Scanned(text, int.MaxValue));
        Assert.Equal(Framework(text), Scanned(text, 1));
    }, iter: 2_000);

    [Fact]
    public void Read_Mutated_RejectsWhatTheFrameworkRejects() => Gen.Select(
        Trees, Gen.Int[0, 1_000_000], Gen.Char["<>&;/!-?[]='\" ax\u0001\u00E4"], Gen.Int[0, 2])
            .Sample((tree, place, sign, kind) =>
            {
                string text = $"<root>{tree}</root>";
                int at = place % text.Length;
                text = kind switch
                {
                    0 => text.Remove(at, 1),
                    1 => text.Insert(at, sign.ToString()),
                    _ => text[..at] + sign + text[(at + 1)..],
                };
                string? expected = Framework(text);
                string? found = Scanned(text, int.MaxValue);
                Assert.True(found is null || expected is null == found is null || text.Contains("<?"), text);
                Assert.True(expected is null || found is null || expected == found, text);
            }, iter: 20_000);

    private static string? Framework(string text)
    {
        var events = new StringBuilder();
        using var reader = new XmlTextReader(new StringReader(text))
        {
            Namespaces = false,
            DtdProcessing = DtdProcessing.Prohibit,
            EntityHandling = EntityHandling.ExpandEntities,
            WhitespaceHandling = WhitespaceHandling.All,
            Normalization = true,
        };
        try
        {
            while (reader.Read())
            {
                switch (reader.NodeType)
                {
                    case XmlNodeType.Element:
                        events.Append('<').Append(reader.Name).Append('>').Append(reader.IsEmptyElement ? "</>" : "");
                        break;
                    case XmlNodeType.EndElement:
                        events.Append("</>");
                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace
                        when reader.Depth > 0:
                        events.Append(reader.Value);
                        break;
                }
            }
        }
        catch (XmlException)
        {
            return null;
        }

        return events.ToString().ReplaceLineEndings("\n");
    }

    private static string? Scanned(string text, int mostAtOnce)
    {
        var events = new List<byte>();
        using var scanner = new XmlScanner(new Drip(Encoding.UTF8.GetBytes(text), mostAtOnce), "t.xml");
        try
        {
            for (XmlToken token; (token = scanner.Read()) != XmlToken.Finished;)
            {
                switch (token)
                {
                    case XmlToken.Start:
                        events.AddRange([(byte)'<', .. scanner.LocalName, (byte)'>']);
                        break;
                    case XmlToken.End:
                        events.AddRange("</>"u8);
                        break;
                    case XmlToken.Text:
                        events.AddRange(scanner.Text);
                        break;
                }
            }
        }
        catch (PaymentFileException)
        {
            return null;
        }

        return Encoding.UTF8.GetString([.. events]).ReplaceLineEndings("\n"); // CDATA keeps its line ends
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Drip(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, most));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, most)]);
    }
}
