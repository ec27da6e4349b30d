# syntax=docker/dockerfile:1
# All four servers in one process, on an embedded PostgreSQL.
# Build from the root of the repository: docker build -f docker/standalone.Dockerfile -t tidewatch/standalone .

FROM maven:3.9-eclipse-temurin-25 AS build
# Not root: the build starts a PostgreSQL of its own to generate code from the migrated schemas.
RUN useradd --create-home --uid 10002 build
USER build
WORKDIR /home/build/tidewatch
COPY --chown=build:build . .
RUN --mount=type=cache,target=/home/build/.m2,uid=10002,gid=10002 \
    mvn -B -q -nsu -DskipTests -Dspotless.check.skip=true -pl standalone -am \
    package dependency:copy-dependencies -DincludeScope=runtime

FROM eclipse-temurin:25-jre
# The embedded PostgreSQL refuses root and needs a user that has a passwd entry.
RUN groupadd --system --gid 10001 tidewatch \
    && useradd --system --uid 10001 --gid tidewatch --home-dir /var/lib/tidewatch --shell /usr/sbin/nologin tidewatch \
    && install -d -o tidewatch -g tidewatch /var/lib/tidewatch /etc/tidewatch
COPY --from=build /home/build/tidewatch/standalone/target/dependency/ /opt/tidewatch/lib/
COPY --from=build /home/build/tidewatch/standalone/target/tidewatch-standalone-*.jar /opt/tidewatch/lib/
COPY docker/make-keys.sh docker/standalone.sh /opt/tidewatch/
USER 10001:10001
WORKDIR /var/lib/tidewatch
ENV TF_CPP_MIN_LOG_LEVEL=1 \
    TIDEWATCH_INGEST_GRPC_HOST=0.0.0.0 \
    TIDEWATCH_REGISTRY_GRPC_HOST=0.0.0.0 \
    TIDEWATCH_INFERENCE_GRPC_HOST=0.0.0.0 \
    TIDEWATCH_MONITOR_GRPC_HOST=0.0.0.0 \
    TIDEWATCH_INGEST_TELEMETRY_METRICS_HOST=0.0.0.0 \
    TIDEWATCH_REGISTRY_TELEMETRY_METRICS_HOST=0.0.0.0 \
    TIDEWATCH_INFERENCE_TELEMETRY_METRICS_HOST=0.0.0.0 \
    TIDEWATCH_MONITOR_TELEMETRY_METRICS_HOST=0.0.0.0
EXPOSE 7410 7411 7420 7421 7430 7431 7440 7441
VOLUME ["/var/lib/tidewatch"]
HEALTHCHECK --interval=15s --timeout=10s --start-period=120s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx48m", "--enable-native-access=ALL-UNNAMED", \
    "--sun-misc-unsafe-memory-access=allow", "-cp", "/opt/tidewatch/lib/*", "dev.tidewatch.serverkit.grpc.HealthCheck", \
    "localhost:7410", "localhost:7420", "localhost:7430", "localhost:7440"]
ENTRYPOINT ["/bin/sh", "/opt/tidewatch/standalone.sh"]
