namespace Consortium.Testing;

/// <summary>RabbitMQ is not installed on this machine.</summary>
public sealed class BrokerMissingException() : Exception(
    "This needs RabbitMQ, which is not installed: install Debian's package with `apt-get install rabbitmq-server`.");
