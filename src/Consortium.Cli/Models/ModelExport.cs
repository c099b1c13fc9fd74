using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Learning.Cells;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Cli.Models;

/// <summary><c>model export</c>: a model in a format that other software reads.</summary>
internal static class ModelExport
{
    private const string Onnx = "onnx";

    /// <summary>Half of t = 8,209, below which an encrypted score is exact.</summary>
    private const int LargestScore = 4104;

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
        var cells = new Option<bool>("--cells")
        {
            Description = "Write the model as secret integer weights over public cells, with which encrypted payments are "
                + "scored; keep the file as secret as the model",
        };
        return Verb.Create(
            "export",
            "Write a model for other software: ONNX, or LightGBM's text; or as cells for scoring encrypted payments",
            [
                "model export 4f1c --data consortium-home/bank-a/state --output model.onnx",
                "model export model.csmodel --format lightgbm -o model.txt",
                "model export model.csmodel --cells -o model.cscells",
            ],
            [model, format, cells, output, BankOptions.DataFolder, BankOptions.OutputFolder],
            async (parsed, cancellationToken) =>
            {
                Model loaded = (await ModelFolder.LoadAsync(parsed, parsed.GetRequiredValue(model), cancellationToken)).Model;
                string path = parsed.GetRequiredValue(output).FullName;
                if (parsed.GetValue(cells))
                {
                    CellModel quantised = AsCells(loaded);
                    DurableFile.Replace(path, quantised.ToBytes());
                    terminal.Out.WriteLine(
                        $"{path}: {quantised.Shape.CellCount} cells in {quantised.Shape.Groups.Length} groups, steps of "
                            + $"2^-{quantised.StepBits} log-odds, digest {Convert.ToHexStringLower(quantised.Digest.Span)}");
                    return ExitCode.Done;
                }

                DurableFile.Replace(path, Write(loaded, parsed.GetRequiredValue(format)));
                terminal.Out.WriteLine($"{path}: model {Convert.ToHexStringLower(loaded.Digest.Span)}");
                return ExitCode.Done;
            });
    }

    private static CellModel AsCells(Model model)
    {
        try
        {
            return model.Family.Cells(model) is { } table
                ? CellModel.Quantise(table, LargestScore)
                : throw new CommandException(
                    ExitCode.BadInput, $"This model of the family '{model.Family.Name}' has no cells: nothing in it splits.");
        }
        catch (ArgumentException fault)
        {
            throw new CommandException(ExitCode.BadInput, fault.Message);
        }
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

        FeatureView view = found.NamesColumns
            ? BankRows.ViewOf(model)
            : FeatureView.Of(model.SchemaDigest.Span) ?? FeatureView.Now;
        return found.Write(model, view.Schema);
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
