using System.Globalization;
using System.Net;
using Consortium.Protocol.Configuration;
using Microsoft.Extensions.Configuration;

namespace Consortium.Hosting.Daemons;

/// <summary>Reads a daemon's settings and collects what is wrong with them, to say it all at once.</summary>
public sealed class DaemonSettings(IConfigurationSection section)
{
    private readonly List<Problem> _problems = [];

    public string? this[string name] => section[name] is { Length: > 0 } value ? value : null;

    public string Required(string name, string what) => this[name] ?? Wrong(name, $"Give {what}.");

    /// <summary>A secret from the setting itself, or from the first line of the file that <c>NAMEFile</c> names.</summary>
    public string Secret(string name, string what)
    {
        if (this[name] is { } value)
        {
            return value;
        }

        return this[name + "File"] is not { } file ? Wrong(name, $"Give {what}, or in {name}File a file that holds it.")
            : File.Exists(file) ? File.ReadLines(file).FirstOrDefault() ?? Wrong(name + "File", $"Put {what} into {file}: it is empty.")
            : Wrong(name + "File", $"There is no file {file}; it should hold {what}.");
    }

    public bool Flag(string name) => this[name] switch
    {
        null or "false" => false,
        "true" => true,
        var other => Wrong(name, $"Write true or false, not '{other}'.").Length > 0,
    };

    public int? Number(string name, int least, int most)
    {
        if (this[name] is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < least || number > most)
        {
            Wrong(name, $"Use {least} to {most}, not '{text}'.");
        }

        return number;
    }

    public IPEndPoint? Endpoint(string name)
    {
        if (this[name] is not { } text)
        {
            return null;
        }

        if (!IPEndPoint.TryParse(text, out IPEndPoint? endpoint))
        {
            Wrong(name, $"Write an address and a port such as 127.0.0.1:8080, not '{text}'.");
        }

        return endpoint;
    }

    /// <exception cref="InvalidConfigurationException">Something was missing or wrong.</exception>
    public void ThrowIfWrong()
    {
        if (_problems.Count > 0)
        {
            throw new InvalidConfigurationException("The environment", [.. _problems]);
        }
    }

    /// <summary>Notes that a setting cannot be worked with.</summary>
    public string Wrong(string name, string fix)
    {
        _problems.Add(new Problem($"{section.Path}__{name}", fix));
        return string.Empty;
    }
}
