using System.CommandLine;
using System.Text;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Export;
using Consortium.Primitives;

namespace Consortium.Cli.Models;

/// <summary><c>model export</c>: a model in a format that other software reads.</summary>
internal static class ModelExport
{
    private const string Onnx = "onnx";
    private const string LightGbm = "lightgbm";

    public static Verb Create(Terminal terminal)
    {
        var model = new Argument<string>("MODEL") { Description = "A model file, or the first digits of a model's digest" };
        var format = new Option<string>("--format")
        {
            Description = "onnx, or lightgbm (its text format, for boosting only)",
            DefaultValueFactory = _ => Onnx,
        };
        format.AcceptOnlyFromAmong(Onnx, LightGbm);
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
            [model, format, output, ModelFolder.DataOption, ModelFolder.OutputOption],
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
        if (format == Onnx)
        {
            return OnnxExport.Write(model);
        }

        BankRows.RequireFit(model);
        return model is TreeEnsemble trees
            ? Encoding.UTF8.GetBytes(LightGbmText.Write(trees, FeatureExtractor.Schema))
            : throw new CommandException(
                ExitCode.BadInput,
                "LightGBM's format holds trees only, and this model is a logistic regression: use --format onnx.");
    }
}
