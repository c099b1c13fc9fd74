using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Consortium.Learning.Models.Export;

/// <summary>An ONNX graph being written, operator by operator.</summary>
internal sealed class OnnxGraph(string name)
{
    /// <summary>The domain of the operators for trees.</summary>
    public const string MachineLearning = "ai.onnx.ml";

    public GraphProto Proto { get; } = new() { Name = name };

    public static ValueInfoProto Matrix(string name, int columns) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)TensorProto.Types.DataType.Float,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        new TensorShapeProto.Types.Dimension { DimParam = "rows" },
                        new TensorShapeProto.Types.Dimension { DimValue = columns },
                    },
                },
            },
        },
    };

    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    public static AttributeProto Attribute(string name, IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    public static AttributeProto Attribute(string name, IEnumerable<string> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.AddRange(values.Select(ByteString.CopyFromUtf8));
        return attribute;
    }

    /// <summary>A tensor of doubles as an attribute.</summary>
    public static AttributeProto Attribute(string name, List<double> values) =>
        new()
        {
            Name = name,
            T = Tensor(name, CollectionsMarshal.AsSpan(values), values.Count),
            Type = AttributeProto.Types.AttributeType.Tensor,
        };

    public void Constant(string name, ReadOnlySpan<double> values, params ReadOnlySpan<int> shape) =>
        Proto.Initializer.Add(Tensor(name, values, shape));

    /// <summary>One 32-bit number.</summary>
    public void Constant(string name, float value)
    {
        var raw = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(raw, value);
        Proto.Initializer.Add(Tensor(name, TensorProto.Types.DataType.Float, raw, []));
    }

    public void Operation(string type, ReadOnlySpan<string> inputs, string output) => Operation(type, inputs, output, domain: "");

    public void Operation(
        string type, ReadOnlySpan<string> inputs, string output, string domain, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { Name = output, OpType = type, Domain = domain, Output = { output } };
        node.Input.AddRange(inputs.ToArray());
        node.Attribute.AddRange(attributes.ToArray());
        Proto.Node.Add(node);
    }

    public void CastToDouble(string input, string output) => Cast(input, TensorProto.Types.DataType.Double, output);

    public void CastToFloat(string input, string output) => Cast(input, TensorProto.Types.DataType.Float, output);

    private void Cast(string input, TensorProto.Types.DataType to, string output) =>
        Operation("Cast", [input], output, domain: "", Attribute("to", (long)to));

    private static TensorProto Tensor(string name, ReadOnlySpan<double> values, params ReadOnlySpan<int> shape)
    {
        var raw = new byte[values.Length * sizeof(double)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(raw.AsSpan(i * sizeof(double)), values[i]);
        }

        return Tensor(name, TensorProto.Types.DataType.Double, raw, shape);
    }

    private static TensorProto Tensor(string name, TensorProto.Types.DataType type, byte[] raw, ReadOnlySpan<int> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = UnsafeByteOperations.UnsafeWrap(raw) };
        foreach (int dimension in shape)
        {
            tensor.Dims.Add(dimension);
        }

        return tensor;
    }
}
