package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.DuplicatePolicy;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesKind;
import dev.tidewatch.proto.ingest.v1.Validation;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds a series to the catalogue. */
@Command(
    name = "create",
    description = {
      "Add a series to the catalogue.",
      "Series also come into being by their first reading; creating one says more about it."
    },
    footer = {
      "  tidewatch series create hq/ahu-1/supply-temp --unit Cel --min -40 --max 90",
      "  tidewatch series create hq/main/energy --unit kW.h --kind counter --interval 15m \\",
      "      --label floor=0 --label tenant=acme --duplicates keep-first --restart-below 10"
    })
final class SeriesCreateCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(
      paramLabel = "SERIES",
      description = "Name: segments of letters, digits, _ . - and /.")
  private String name;

  @Option(names = "--unit", paramLabel = "UCUM", description = "Unit: Cel, kW.h, %%, m3/h.")
  private String unit = "";

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "gauge, counter, boolean or state (gauge).")
  private String kind = "gauge";

  @Option(names = "--title", paramLabel = "TEXT", description = "Name for people.")
  private String title = "";

  @Option(names = "--description", paramLabel = "TEXT", description = "What it measures.")
  private String description = "";

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label; may be repeated.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Mixin private final ValidationOptions validation = new ValidationOptions();

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      description = "How often a reading is due: 15m, 1h.")
  private @Nullable String interval;

  @Option(
      names = "--duplicates",
      paramLabel = "POLICY",
      description = "Two values for one time: keep-first, keep-last or reject (keep-last).")
  private String duplicates = "keep-last";

  SeriesCreateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var series =
        Series.newBuilder()
            .setName(name)
            .setUnit(unit)
            .setKind(constant(SeriesKind.class, "SERIES_KIND_", "--kind", kind))
            .setDisplayName(title)
            .setDescription(description)
            .putAllLabels(labels)
            .setDuplicatePolicy(
                constant(DuplicatePolicy.class, "DUPLICATE_POLICY_", "--duplicates", duplicates));
    Validation rules = validation.applyTo(Validation.getDefaultInstance(), session).build();
    if (!rules.equals(Validation.getDefaultInstance())) {
      series.setValidation(rules);
    }
    if (interval != null) {
      series.setExpectedInterval(ProtoTimes.duration(session.duration("--interval", interval)));
    }
    Series created = session.tidewatch().ingest().createSeries(series.build());
    if (session.json()) {
      session.print(created);
    } else {
      session.print("Created " + created.getName() + ".");
    }
    return ExitCode.OK;
  }

  /** A constant of the contract by the word that people type for it. */
  static <E extends Enum<E>> E constant(Class<E> type, String prefix, String option, String word) {
    String wanted = prefix + word.toUpperCase(Locale.ROOT).replace('-', '_');
    var known = new java.util.StringJoiner(", ");
    for (E constant : type.getEnumConstants()) {
      String name = constant.name();
      if (name.equals(wanted) && !name.endsWith("_UNSPECIFIED")) {
        return constant;
      }
      if (name.startsWith(prefix) && !name.endsWith("_UNSPECIFIED")) {
        known.add(name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '-'));
      }
    }
    throw new UsageException(option + ": '" + word + "' is none of " + known);
  }
}
