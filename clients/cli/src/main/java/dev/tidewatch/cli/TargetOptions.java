package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.DeliveryFormat;
import dev.tidewatch.proto.monitor.v1.DeliveryTarget;
import dev.tidewatch.proto.monitor.v1.LabelMatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What making and changing a target have in common. */
final class TargetOptions {
  /** What a target takes. */
  enum Format {
    JSON(DeliveryFormat.DELIVERY_FORMAT_JSON),
    SLACK(DeliveryFormat.DELIVERY_FORMAT_SLACK),
    ALERTMANAGER(DeliveryFormat.DELIVERY_FORMAT_ALERTMANAGER);

    private final DeliveryFormat format;

    Format(DeliveryFormat format) {
      this.format = format;
    }
  }

  @Option(names = "--format", paramLabel = "FORMAT", description = "json, slack or alertmanager.")
  private @Nullable Format format;

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description =
          "Signs bodies with the first line of the file; it cannot be read again afterwards.")
  private @Nullable Path secretFile;

  @Option(
      names = "--match",
      paramLabel = "LABEL=PATTERN",
      description =
          "Only alerts whose label is the pattern or, with a trailing *, begins with it. Labels:"
              + " series, model, version, device, server, rule, severity. May be repeated: all must"
              + " match.")
  private List<String> matchers = new ArrayList<>();

  @Option(
      names = "--attempts",
      paramLabel = "N",
      description = "Attempts before a delivery becomes a dead letter (10).")
  private @Nullable Integer attempts;

  /** Puts what was given into the target. */
  void apply(DeliveryTarget.Builder target) {
    if (format != null) {
      target.setFormat(format.format);
    }
    if (secretFile != null) {
      target.setSecret(secret(secretFile));
    }
    if (!matchers.isEmpty()) {
      target.clearMatchers();
      matchers.forEach(matcher -> target.addMatchers(matcher(matcher)));
    }
    if (attempts != null) {
      target.setAttemptsMax(attempts);
    }
  }

  private static LabelMatcher matcher(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new UsageException("--match: '" + text + "', want LABEL=PATTERN");
    }
    return LabelMatcher.newBuilder()
        .setLabel(text.substring(0, equals))
        .setPattern(text.substring(equals + 1))
        .build();
  }

  private static String secret(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      if (!lines.isEmpty() && !lines.getFirst().isEmpty()) {
        return lines.getFirst();
      }
    } catch (IOException e) {
      throw new UsageException("--secret-file: " + file + " cannot be read");
    }
    throw new UsageException("--secret-file: the first line of " + file + " is empty");
  }
}
