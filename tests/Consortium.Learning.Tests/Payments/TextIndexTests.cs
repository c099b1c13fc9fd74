using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Payments;

/// <summary>Texts keep their numbers, whatever their length and letters.</summary>
public sealed class TextIndexTests
{
    /// <summary>Texts of few letters and many lengths, so that they differ in little; some have letters of two bytes.</summary>
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[Gen.Char["01A"], 0, 40], Gen.String[Gen.Char["0\u0141\u00E9"], 0, 20]);

    [Fact]
    public void Add_AnyTexts_NumbersInOrderOfFirstAppearance() =>
        Gen.Select(Gen.Int[0, 3], Texts).Array[0, 300].Sample(
            added =>
            {
                var index = new TextIndex();
                var expected = new Dictionary<(int, string), int>();
                foreach ((int scope, string text) in added)
                {
                    expected.TryAdd((scope, text), expected.Count);
                    Assert.Equal(expected[(scope, text)], index.Add(scope, text));
                }

                Assert.Equal(expected.Count, index.Count);
                Assert.All(expected, one => Assert.Equal(one.Value, index.Find(one.Key.Item1, one.Key.Item2)));
                Assert.All(expected, one => Assert.Equal(one.Key, (index.ScopeOf(one.Value), index[one.Value])));
                Assert.Equal(-1, index.Find(4, "0"));
            },
            iter: 300);

    [Fact]
    public void RemoveLast_SomeTexts_OnlyTheOthersAreThere() =>
        Gen.Select(Texts.HashSet[1, 200], Gen.Int[0, 200]).Sample(
            (texts, removed) =>
            {
                string[] all = [.. texts];
                int kept = Math.Max(0, all.Length - removed);
                var index = new TextIndex();
                Array.ForEach(all, text => index.Add(0, text));
                while (index.Count > kept)
                {
                    index.RemoveLast();
                }

                for (int i = 0; i < all.Length; i++)
                {
                    Assert.Equal(i < kept ? i : -1, index.Find(0, all[i]));
                }
            },
            iter: 300);
}
