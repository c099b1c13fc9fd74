# One image for every daemon of a consortium; docker-compose.yml and the charts in deploy/helm say which one a container runs.
# A release pins both by digest: consortium-config/SUPPLY-CHAIN.md.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0
FROM ${SDK_IMAGE} AS build
WORKDIR /source
COPY global.json nuget.config Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
RUN for daemon in Aggregator KeyHolder Participant Scoring; do \
      dotnet publish "src/Consortium.$daemon.Daemon" --configuration Release --output "/app/$daemon" || exit 1; \
    done && \
    dotnet publish src/Consortium.Cli --configuration Release --output /app/Cli

FROM ${RUNTIME_IMAGE}
COPY --from=build /app /app
# The state's folder belongs to the image's unprivileged user, and so does a volume mounted over it.
RUN install --directory --owner "$APP_UID" --mode 0700 /var/lib/consortium
# Files are polled: a node's watches (inotify) may be used up. Nothing is written outside of volumes and /tmp.
ENV DOTNET_USE_POLLING_FILE_WATCHER=1 \
    DOTNET_EnableDiagnostics=0
WORKDIR /var/lib/consortium
USER $APP_UID
ENTRYPOINT ["dotnet"]
