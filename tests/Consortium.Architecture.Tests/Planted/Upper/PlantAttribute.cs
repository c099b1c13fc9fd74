namespace Consortium.Architecture.Tests.Planted.Upper;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class PlantAttribute : Attribute;
