using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Consortium.Architecture.Tests;

/// <summary>Reads from a built assembly's metadata and IL which types name which. Nothing of it is loaded or run.</summary>
/// <remarks>
/// Not ArchUnitNET (0.13.5): on these projects it finds 4,110 of the 4,401 references found here, and takes nine times as long.
/// </remarks>
internal sealed class AssemblyReader : IDisposable
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public AssemblyReader(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Simple names of the assemblies that this one refers to.</summary>
    public IReadOnlyList<string> Assemblies() =>
        [.. _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name))];

    /// <summary>Full names of the outermost types that this assembly defines.</summary>
    public IReadOnlySet<string> DefinedTypes() => _metadata.TypeDefinitions.Select(handle => NameOf(handle)).ToHashSet();

    /// <summary>Every pair of outermost types of which the first names the second.</summary>
    public IReadOnlySet<TypeReference> TypeReferences()
    {
        var references = new HashSet<TypeReference>();
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            var named = new HashSet<string>();
            CollectType(_metadata.GetTypeDefinition(handle), named);
            string from = NameOf(handle);
            references.UnionWith(named.Where(to => to != from).Select(to => new TypeReference(from, to)));
        }

        return references;
    }

    private void CollectType(TypeDefinition type, HashSet<string> named)
    {
        Collect(type.BaseType, named);
        CollectAttributes(type.GetCustomAttributes(), named);
        CollectGenericParameters(type.GetGenericParameters(), named);
        foreach (InterfaceImplementationHandle handle in type.GetInterfaceImplementations())
        {
            Collect(_metadata.GetInterfaceImplementation(handle).Interface, named);
        }

        foreach (FieldDefinitionHandle handle in type.GetFields())
        {
            Collect(handle, named);
            CollectAttributes(_metadata.GetFieldDefinition(handle).GetCustomAttributes(), named);
        }

        foreach (PropertyDefinitionHandle handle in type.GetProperties())
        {
            CollectAttributes(_metadata.GetPropertyDefinition(handle).GetCustomAttributes(), named);
        }

        foreach (MethodDefinitionHandle handle in type.GetMethods())
        {
            MethodDefinition method = _metadata.GetMethodDefinition(handle);
            Collect(handle, named);
            CollectAttributes(method.GetCustomAttributes(), named);
            CollectGenericParameters(method.GetGenericParameters(), named);
            if (method.RelativeVirtualAddress != 0)
            {
                CollectBody(_file.GetMethodBody(method.RelativeVirtualAddress), named);
            }
        }
    }

    private void CollectGenericParameters(GenericParameterHandleCollection parameters, HashSet<string> named)
    {
        foreach (GenericParameterConstraintHandle constraint in
            parameters.SelectMany(handle => _metadata.GetGenericParameter(handle).GetConstraints()))
        {
            Collect(_metadata.GetGenericParameterConstraint(constraint).Type, named);
        }
    }

    private void CollectAttributes(CustomAttributeHandleCollection attributes, HashSet<string> named)
    {
        foreach (CustomAttributeHandle handle in attributes)
        {
            Collect(_metadata.GetCustomAttribute(handle).Constructor, named);
        }
    }

    private void CollectBody(MethodBodyBlock body, HashSet<string> named)
    {
        Collect(body.LocalSignature, named);
        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            Collect(region.CatchType, named);
        }

        BlobReader il = body.GetILReader();
        while (il.RemainingBytes > 0)
        {
            int value = il.ReadByte();
            OpCode code = OpCodesByValue[value == 0xFE ? 0xFE00 | il.ReadByte() : value];
            switch (code.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType
                    or OperandType.InlineSig:
                    Collect(MetadataTokens.EntityHandle(il.ReadInt32()), named);
                    break;
                case OperandType.InlineSwitch:
                    // read first: in one expression the offset from before the count would be added to
                    int targets = il.ReadInt32();
                    il.Offset += 4 * targets;
                    break;
                default:
                    il.Offset += OperandBytes(code.OperandType);
                    break;
            }
        }
    }

    private static int OperandBytes(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineBrTarget or OperandType.InlineI or OperandType.InlineString or OperandType.ShortInlineR => 4,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => throw new BadImageFormatException($"Operand {operand} is not known."),
    };

    private void Collect(EntityHandle handle, HashSet<string> named)
    {
        if (handle.IsNil)
        {
            return;
        }

        var provider = new NameCollector(this, named);
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                named.Add(NameOf((TypeDefinitionHandle)handle));
                break;
            case HandleKind.TypeReference:
                named.Add(NameOf((TypeReferenceHandle)handle));
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(provider, null);
                break;
            case HandleKind.FieldDefinition:
                FieldDefinition field = _metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                Collect(field.GetDeclaringType(), named);
                field.DecodeSignature(provider, null);
                break;
            case HandleKind.MethodDefinition:
                MethodDefinition method = _metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                Collect(method.GetDeclaringType(), named);
                method.DecodeSignature(provider, null);
                break;
            case HandleKind.MemberReference:
                MemberReference member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Collect(member.Parent, named);
                if (member.GetKind() == MemberReferenceKind.Method)
                {
                    member.DecodeMethodSignature(provider, null);
                }
                else
                {
                    member.DecodeFieldSignature(provider, null);
                }

                break;
            case HandleKind.MethodSpecification:
                MethodSpecification specification = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Collect(specification.Method, named);
                specification.DecodeSignature(provider, null);
                break;
            case HandleKind.StandaloneSignature:
                StandaloneSignature signature = _metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle);
                if (signature.GetKind() == StandaloneSignatureKind.Method)
                {
                    signature.DecodeMethodSignature(provider, null);
                }
                else
                {
                    signature.DecodeLocalSignature(provider, null);
                }

                break;
        }
    }

    private string NameOf(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? NameOf(outer) : FullName(type.Namespace, type.Name);
    }

    private string NameOf(TypeReferenceHandle handle)
    {
        System.Reflection.Metadata.TypeReference type = _metadata.GetTypeReference(handle);
        return type.ResolutionScope is { IsNil: false, Kind: HandleKind.TypeReference } outer
            ? NameOf((TypeReferenceHandle)outer)
            : FullName(type.Namespace, type.Name);
    }

    private string FullName(StringHandle space, StringHandle name) =>
        space.IsNil ? _metadata.GetString(name) : $"{_metadata.GetString(space)}.{_metadata.GetString(name)}";

    /// <summary>Adds every type of a decoded signature to a set; the decoded value itself is of no interest.</summary>
    private sealed class NameCollector(AssemblyReader reader, HashSet<string> named) : ISignatureTypeProvider<bool, object?>
    {
        public bool GetTypeFromDefinition(MetadataReader metadata, TypeDefinitionHandle handle, byte rawTypeKind) =>
            named.Add(reader.NameOf(handle));

        public bool GetTypeFromReference(MetadataReader metadata, TypeReferenceHandle handle, byte rawTypeKind) =>
            named.Add(reader.NameOf(handle));

        public bool GetTypeFromSpecification(
            MetadataReader metadata, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
            metadata.GetTypeSpecification(handle).DecodeSignature(this, context);

        public bool GetArrayType(bool elementType, ArrayShape shape) => true;

        public bool GetByReferenceType(bool elementType) => true;

        public bool GetFunctionPointerType(MethodSignature<bool> signature) => true;

        public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => true;

        public bool GetGenericMethodParameter(object? context, int index) => true;

        public bool GetGenericTypeParameter(object? context, int index) => true;

        public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => true;

        public bool GetPinnedType(bool elementType) => true;

        public bool GetPointerType(bool elementType) => true;

        public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => true;

        public bool GetSZArrayType(bool elementType) => true;
    }
}
