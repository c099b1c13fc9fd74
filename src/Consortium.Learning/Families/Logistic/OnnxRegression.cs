using Consortium.Learning.Models.Export;

namespace Consortium.Learning.Families.Logistic;

/// <summary>Logistic regression as ONNX.</summary>
internal static class OnnxRegression
{
    /// <summary>
    /// <see cref="LogisticModel.Standardize"/> in operators, then a product with the weights. The exponent comes from a floored
    /// logarithm; where that is one off beside a power of two, the chord is continuous and the result is the same but for
    /// rounding.
    /// </summary>
    public static void Add(OnnxGraph graph, LogisticModel model)
    {
        int features = model.FeatureCount;
        graph.Constant("one", 1f);
        graph.Constant("greatest", float.MaxValue);
        graph.Constant("unit", [1.0]);
        graph.Constant("two", [2.0]);
        graph.Constant("ln2", [Math.Log(2)]);
        graph.Constant("zero", [0.0]);
        graph.Constant("least_deviation", [-LogisticModel.Limit]);
        graph.Constant("most_deviation", [LogisticModel.Limit]);
        graph.Constant("means", model.Means.AsSpan(), 1, features);
        graph.Constant("inverse_deviations", model.InverseDeviations.AsSpan(), 1, features);
        graph.Constant("weights", model.Weights.AsSpan(), features, 1);
        graph.Constant("intercept", [model.Intercept]);

        // 1 + |x| in 32 bits, finite; then exponent and fraction in 64; then rounded to 32 as Compress does.
        graph.Operation("Abs", ["features"], "size");
        graph.Operation("Min", ["size", "greatest"], "finite");
        graph.Operation("Add", ["finite", "one"], "shifted");
        graph.CastToDouble("shifted", "wide");
        graph.Operation("Log", ["wide"], "natural");
        graph.Operation("Div", ["natural", "ln2"], "binary");
        graph.Operation("Floor", ["binary"], "exponent");
        graph.Operation("Pow", ["two", "exponent"], "power");
        graph.Operation("Div", ["wide", "power"], "mantissa");
        graph.Operation("Sub", ["mantissa", "unit"], "fraction");
        graph.Operation("Add", ["exponent", "fraction"], "exact_logarithm");
        graph.CastToFloat("exact_logarithm", "logarithm");
        graph.Operation("Sign", ["features"], "sign");
        graph.Operation("Mul", ["sign", "logarithm"], "compressed");

        graph.CastToDouble("compressed", "compressed_wide");
        graph.Operation("Sub", ["compressed_wide", "means"], "centred");
        graph.Operation("Mul", ["centred", "inverse_deviations"], "scaled");
        graph.Operation("Clip", ["scaled", "least_deviation", "most_deviation"], "clamped");
        graph.Operation("IsNaN", ["features"], "missing");
        graph.Operation("Where", ["missing", "zero", "clamped"], "standardized");
        graph.Operation("MatMul", ["standardized", "weights"], "product");
        graph.Operation("Add", ["product", "intercept"], "sum");
        graph.CastToFloat("sum", "log_odds");
    }
}
