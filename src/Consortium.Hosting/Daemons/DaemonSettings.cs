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

    /// <summary>The same settings, to be read again: what was wrong is forgotten.</summary>
    public DaemonSettings Again() => new(section);

    public string Required(string name, string what) => this[name] ?? Wrong(name, $"Give {what}.");

    /// <summary>
    /// The file that <see cref="Secret"/> reads, which may be replaced while the daemon runs; null when there is none.
    /// </summary>
    public string? SecretFileOf(string name, string credential) =>
        this[name + "File"] is { } file ? file
        : this[name + "Descriptor"] is null && Credential(credential) is { } found ? found
        : null;

    /// <summary>
    /// A secret: from the file that <c>NAMEFile</c> names, from the open file descriptor whose number <c>NAMEDescriptor</c>
    /// gives, from systemd's <c>CREDENTIALS_DIRECTORY</c>, or from the setting itself.
    /// </summary>
    /// <param name="credential">Its name among systemd's credentials, such as <c>broker-password</c>.</param>
    public string Secret(string name, string credential, string what)
    {
        try
        {
            return this[name + "File"] is { } file ? FromFile(name + "File", file, what)
                : Number(name + "Descriptor", 3, 65_535) is { } descriptor
                    ? SecretFile.ReadLine(descriptor)
                        ?? Wrong(name + "Descriptor", $"Send {what} through descriptor {descriptor}: it is empty.")
                : Credential(credential) is { } found ? FromFile(name, found, what)
                : this[name]
                    ?? Wrong(
                        name,
                        $"Give {what} in {name}File a file that holds it, as systemd's credential {credential}, or in "
                            + $"{name}Descriptor an open file.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Wrong(name, $"It cannot be read: {exception.Message}");
        }
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

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || number < least
            || number > most)
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

        bool hasPort = text.LastIndexOf(':') is > 0 and var colon
            && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && (text.IndexOf(':', StringComparison.Ordinal) == colon || text[colon - 1] == ']');
        if (!IPEndPoint.TryParse(text, out IPEndPoint? endpoint) || !hasPort)
        {
            Wrong(
                name,
                $"Write an address and a port, such as 0.0.0.0:8080 for all addresses or 127.0.0.1:8080 for this machine alone, "
                    + $"not '{text}'.");
            return null;
        }

        return endpoint;
    }

    /// <summary>Notes every setting that no daemon reads: most are written wrongly, and ignoring them would be silent.</summary>
    public void RejectUnknown()
    {
        foreach (string name in section.GetChildren().Select(child => child.Key))
        {
            if (!KnownSettings.Has(name))
            {
                Wrong(name, $"There is no such setting; the nearest is {section.Path}__{KnownSettings.NearestTo(name)}.");
            }
        }
    }

    /// <exception cref="InvalidConfigurationException">Something was missing or wrong.</exception>
    public void ThrowIfWrong()
    {
        if (_problems.Count > 0)
        {
            throw new InvalidConfigurationException("The environment", [.. _problems]);
        }
    }

    private static string? Credential(string name) =>
        Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } folder
            && Path.Combine(folder, name) is var path
            && File.Exists(path)
            ? path
            : null;

    private string FromFile(string name, string file, string what)
    {
        if (!File.Exists(file))
        {
            return Wrong(name, $"There is no file {file}; it should hold {what}.");
        }

        string? line = SecretFile.ReadLine(file, out string? objection);
        return objection is not null ? Wrong(name, objection) : line ?? Wrong(name, $"Put {what} into {file}: it is empty.");
    }

    /// <summary>Notes that a setting cannot be worked with.</summary>
    public string Wrong(string name, string fix)
    {
        _problems.Add(new Problem($"{section.Path}__{name}", fix));
        return string.Empty;
    }
}
