using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Cli.Models;

/// <summary><c>model export</c>: a model in a format that other software reads.</summary>
internal static class ModelExport
{
    private const string Onnx = "onnx";

    public static Verb Create(Terminal terminal)
    {
        var model = new Argument<string>("MODEL") { Description = "A model file, or the first digits of a model's digest" };
        var format = new Option<string>("--format") { Description = Formats(), DefaultValueFactory = _ => Onnx };
        format.AcceptOnlyFromAmong(
            [.. ModelFamilies.All.SelectMany(family => family.Formats).Select(known => known.Name).Distinct()]);
        var output = new Option<FileInfo>("--output", "-o")
        {
            Description = "The file to write",
            HelpName = "FILE",
            Required = true,
        };
        return Verb.Create(
            "export",
            "Write a model for other software: ONNX, or LightGBM's text",
            [
                "model export 4f1c --data consortium-home/bank-a/state --output model.onnx",
                "model export model.csmodel --format lightgbm -o model.txt",
            ],
            [model, format, output, BankOptions.DataFolder, BankOptions.OutputFolder],
            async (parsed, cancellationToken) =>
            {
                Model loaded = (await ModelFolder.LoadAsync(parsed, parsed.GetRequiredValue(model), cancellationToken)).Model;
                string path = parsed.GetRequiredValue(output).FullName;
                DurableFile.Replace(path, Write(loaded, parsed.GetRequiredValue(format)));
                terminal.Out.WriteLine($"{path}: model {Convert.ToHexStringLower(loaded.Digest.Span)}");
                return ExitCode.Done;
            });
    }

    private static byte[] Write(Model model, string format)
    {
        ModelFamily family = model.Family;
        if (family.Formats.FirstOrDefault(known => known.Name == format) is not { } found)
        {
            string others = family.Formats.IsEmpty
                ? "it has none"
                : $"use --format {string.Join(" or ", family.Formats.Select(known => known.Name))}";
            throw new CommandException(
                ExitCode.BadInput, $"The format {format} holds no model of the family '{family.Name}': {others}.");
        }

        if (found.NamesColumns)
        {
            BankRows.RequireFit(model);
        }

        return found.Write(model, FeatureExtractor.Schema);
    }

    /// <summary>Each format with the families whose models it holds.</summary>
    private static string Formats() => string.Join("; ", ModelFamilies.All
        .SelectMany(family => family.Formats.Select(format => (family, format)))
        .GroupBy(item => item.format.Name)
        .Select(
            group =>
                $"{group.Key}: {group.First().format.Title}, for "
                    + $"{string.Join(" and ", group.Select(item => item.family.Name))}"));
}
