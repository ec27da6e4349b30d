# syntax=docker/dockerfile:1
# The registry server. Build from the root of the repository: docker build -f docker/registry.Dockerfile -t tidewatch/registry .

FROM maven:3.9-eclipse-temurin-25 AS build
# Not root: the build starts a PostgreSQL of its own to generate code from the migrated schema.
RUN useradd --create-home --uid 10002 build
USER build
WORKDIR /home/build/tidewatch
COPY --chown=build:build . .
RUN --mount=type=cache,target=/home/build/.m2,uid=10002,gid=10002 \
    mvn -B -q -nsu -DskipTests -Dspotless.check.skip=true -pl registry-server -am \
    package dependency:copy-dependencies -DincludeScope=runtime

FROM eclipse-temurin:25-jre
RUN groupadd --system --gid 10001 tidewatch \
    && useradd --system --uid 10001 --gid tidewatch --home-dir /var/lib/tidewatch --shell /usr/sbin/nologin tidewatch \
    && install -d -o tidewatch -g tidewatch /var/lib/tidewatch /etc/tidewatch
COPY --from=build /home/build/tidewatch/registry-server/target/dependency/ /opt/tidewatch/lib/
COPY --from=build /home/build/tidewatch/registry-server/target/tidewatch-registry-server-*.jar /opt/tidewatch/lib/
COPY docker/make-keys.sh /opt/tidewatch/make-keys.sh
USER 10001:10001
WORKDIR /var/lib/tidewatch
ENV TIDEWATCH_REGISTRY_GRPC_HOST=0.0.0.0 \
    TIDEWATCH_REGISTRY_TELEMETRY_METRICS_HOST=0.0.0.0
EXPOSE 7420 7421
HEALTHCHECK --interval=15s --timeout=10s --start-period=90s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx48m", "--enable-native-access=ALL-UNNAMED", \
    "--sun-misc-unsafe-memory-access=allow", "-cp", "/opt/tidewatch/lib/*", "dev.tidewatch.serverkit.grpc.HealthCheck", "localhost:7420"]
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:MaxRAMPercentage=75", \
    "-XX:-G1UseAdaptiveIHOP", "-XX:InitiatingHeapOccupancyPercent=70", "-XX:+ExitOnOutOfMemoryError", "-cp", "/opt/tidewatch/lib/*", "dev.tidewatch.registry.Main"]
