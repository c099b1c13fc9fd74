using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Consortium.Learning.Models.Export;

/// <summary>One Protocol Buffers message being written, for the few messages of onnx.proto that an export has.</summary>
/// <remarks>Field numbers and enumeration values: github.com/onnx/onnx, onnx/onnx.proto.</remarks>
internal sealed class OnnxMessage
{
    public const int Float = 1;
    public const int Double = 11;

    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _output;

    public OnnxMessage() => _output = new CodedOutputStream(_bytes);

    public byte[] ToArray()
    {
        _output.Flush();
        return _bytes.ToArray();
    }

    public OnnxMessage Add(int field, long value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteInt64(value);
        return this;
    }

    public OnnxMessage Add(int field, string text)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteString(text);
        return this;
    }

    public OnnxMessage Add(int field, ReadOnlySpan<byte> bytes)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(ByteString.CopyFrom(bytes));
        return this;
    }

    public OnnxMessage Add(int field, OnnxMessage message) => Add(field, message.ToArray());

    /// <summary>OperatorSetIdProto.</summary>
    public static OnnxMessage OperatorSet(string domain, long version) => new OnnxMessage().Add(1, domain).Add(2, version);

    /// <summary>StringStringEntryProto.</summary>
    public static OnnxMessage Entry(string key, string value) => new OnnxMessage().Add(1, key).Add(2, value);

    /// <summary>ValueInfoProto of a matrix with any number of rows.</summary>
    public static OnnxMessage Matrix(string name, int elementType, int columns)
    {
        OnnxMessage rows = new OnnxMessage().Add(2, "rows");
        OnnxMessage shape = new OnnxMessage().Add(1, rows).Add(1, new OnnxMessage().Add(1, columns));
        OnnxMessage tensor = new OnnxMessage().Add(1, elementType).Add(2, shape);
        return new OnnxMessage().Add(1, name).Add(2, new OnnxMessage().Add(1, tensor));
    }

    /// <summary>TensorProto of doubles.</summary>
    public static OnnxMessage Tensor(string name, ReadOnlySpan<double> values, params ReadOnlySpan<int> shape)
    {
        var raw = new byte[values.Length * sizeof(double)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(raw.AsSpan(i * sizeof(double)), values[i]);
        }

        return Tensor(name, Double, raw, shape);
    }

    /// <summary>TensorProto of one float.</summary>
    public static OnnxMessage Scalar(string name, float value)
    {
        var raw = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(raw, value);
        return Tensor(name, Float, raw, []);
    }

    /// <summary>NodeProto; <paramref name="attributes"/> are AttributeProto.</summary>
    public static OnnxMessage Node(
        string type, ReadOnlySpan<string> inputs, string output, string domain = "", params ReadOnlySpan<OnnxMessage> attributes)
    {
        var node = new OnnxMessage();
        foreach (string input in inputs)
        {
            node.Add(1, input);
        }

        node.Add(2, output).Add(3, output).Add(4, type);
        foreach (OnnxMessage attribute in attributes)
        {
            node.Add(5, attribute);
        }

        return node.Add(7, domain);
    }

    /// <summary>AttributeProto of one integer.</summary>
    public static OnnxMessage Attribute(string name, long value) => new OnnxMessage().Add(1, name).Add(3, value).Add(20, 2);

    /// <summary>AttributeProto of one string.</summary>
    public static OnnxMessage Attribute(string name, string value) => new OnnxMessage().Add(1, name).Add(4, value).Add(20, 3);

    /// <summary>AttributeProto of one tensor of doubles.</summary>
    public static OnnxMessage Attribute(string name, List<double> values) =>
        new OnnxMessage().Add(1, name).Add(5, Tensor(name, CollectionsMarshal.AsSpan(values), values.Count)).Add(20, 4);

    /// <summary>AttributeProto of integers.</summary>
    public static OnnxMessage Attribute(string name, List<long> values)
    {
        OnnxMessage attribute = new OnnxMessage().Add(1, name);
        values.ForEach(value => attribute.Add(8, value));
        return attribute.Add(20, 7);
    }

    /// <summary>AttributeProto of strings.</summary>
    public static OnnxMessage Attribute(string name, List<string> values)
    {
        OnnxMessage attribute = new OnnxMessage().Add(1, name);
        values.ForEach(value => attribute.Add(9, value));
        return attribute.Add(20, 8);
    }

    private static OnnxMessage Tensor(string name, int elementType, ReadOnlySpan<byte> raw, ReadOnlySpan<int> shape)
    {
        var tensor = new OnnxMessage();
        foreach (int dimension in shape)
        {
            tensor.Add(1, dimension);
        }

        return tensor.Add(2, elementType).Add(8, name).Add(9, raw);
    }
}
