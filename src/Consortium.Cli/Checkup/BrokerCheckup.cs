using System.Security.Cryptography;
using Consortium.Cli.Enrolment;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Cli.Checkup;

/// <summary>The broker, as this party reaches it: there, letting it in, and holding its queue.</summary>
internal static class BrokerCheckup
{
    private const string Area = "broker";

    public static async Task<Finding?> ExamineAsync(Subject subject, CancellationToken cancellationToken)
    {
        if (subject.Configuration is not { } configuration || subject.Member is null)
        {
            return null;
        }

        string passwordFile = subject.Party.BrokerPasswordFile;
        if (!File.Exists(passwordFile))
        {
            return Finding.Wrong(
                subject.Name, Area, $"{passwordFile} is not there.",
                "Get it from the operator, who made it with `broker definitions`, and chmod 600 it.");
        }

        if (SecretFileAccess.Objection(passwordFile) is { } objection)
        {
            return Finding.Wrong(subject.Name, Area, objection, $"chmod 600 {passwordFile}");
        }

        TransportSettings transport = configuration.Transport;
        (string host, int port) = subject.Broker ?? (transport.Host, transport.Port);
        var broker = new BrokerAddress
        {
            Host = host,
            Port = port,
            VirtualHost = transport.VirtualHost,
            User = subject.Party.Id,
            Password = File.ReadLines(passwordFile).FirstOrDefault() ?? string.Empty,
        };
        try
        {
            if (transport.UseTls)
            {
                broker = broker with
                {
                    Tls = new BrokerTls
                    {
                        ServerName = host,
                        Roots = subject.BrokerRootCertificate is { } bundle ? RootCertificates.Load(bundle) : null,
                    },
                };
            }

            if ((await BrokerProbe.RunAsync(broker, cancellationToken)).Alarm is { } alarm)
            {
                return Finding.Wrong(
                    subject.Name, Area, $"{broker}: {alarm}.",
                    "Give the broker memory or disk, or take what waits out of its queues; `rabbitmqctl status` names the "
                        + "alarm. Work goes on by itself then.");
            }

            return Finding.Good(subject.Name, Area, $"{broker} answers, lets it in, and has its queue and exchange.");
        }
        catch (BusException exception)
        {
            return Finding.Wrong(
                subject.Name,
                Area,
                exception.Message,
                "What the broker has comes from `broker definitions`: load it there, and give each party the password "
                    + "beside it.");
        }
        catch (IOException exception)
        {
            return Finding.Wrong(
                subject.Name, Area, $"Nobody answers at {broker.Host}:{broker.Port}: {exception.GetBaseException().Message}",
                "Start the broker, open the firewall to it, or say where it is with --broker HOST:PORT.");
        }
        catch (CryptographicException exception)
        {
            return Finding.Wrong(
                subject.Name, Area, $"{subject.BrokerRootCertificate} is no certificate: {exception.Message}",
                "Name the root certificate as PEM or DER.");
        }
    }
}
