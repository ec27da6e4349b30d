package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.DuplicatePolicy;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesKind;
import dev.tidewatch.proto.ingest.v1.Validation;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes what the catalogue says of a series. */
@Command(
    name = "set",
    description = {
      "Change what the catalogue says of a series: just what is given, nothing else.",
      "Readings that are already stored are not judged again."
    },
    footer = {
      "  tidewatch series set hq/ahu-1/supply-temp --change-per-second-max 0.5 --stale-after 6h",
      "  tidewatch series set hq/main/energy --kind counter --restart-below 10 --on-violation flag",
      "  tidewatch series set hq/ahu-1/supply-temp --label floor=3 --without-label test",
      "  tidewatch series set hq/ahu-1/supply-temp --no-rules --min -40 --max 90"
    })
final class SeriesSetCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "SERIES", description = "Name of the series.")
  private String name;

  @Option(names = "--unit", paramLabel = "UCUM", description = "Unit: Cel, kW.h, %%, m3/h.")
  private @Nullable String unit;

  @Option(names = "--kind", paramLabel = "KIND", description = "gauge, counter, boolean or state.")
  private @Nullable String kind;

  @Option(names = "--title", paramLabel = "TEXT", description = "Name for people.")
  private @Nullable String title;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it measures.")
  private @Nullable String description;

  @Option(names = "--device", paramLabel = "NAME", description = "What it belongs to.")
  private @Nullable String device;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "Set a label; may be repeated. Other labels stay.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--without-label",
      paramLabel = "KEY",
      description = "Remove a label; may be repeated.")
  private List<String> withoutLabels = new ArrayList<>();

  @Mixin private final ValidationOptions validation = new ValidationOptions();

  @Option(names = "--no-rules", description = "Remove the rules that are there first.")
  private boolean noRules;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      description = "How often a reading is due: 15m, 1h.")
  private @Nullable String interval;

  @Option(
      names = "--duplicates",
      paramLabel = "POLICY",
      description = "Two values for one time: keep-first, keep-last or reject.")
  private @Nullable String duplicates;

  SeriesSetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    // Fails on a wrong word before anything is asked.
    validation.applyTo(Validation.getDefaultInstance(), session);
    Series known = session.tidewatch().ingest().getSeries(name);
    var wanted = Series.newBuilder().setName(name).setEtag(known.getEtag());
    List<String> fields = new ArrayList<>();
    addTexts(wanted, fields);
    if (kind != null) {
      wanted.setKind(
          SeriesCreateCommand.constant(SeriesKind.class, "SERIES_KIND_", "--kind", kind));
      fields.add("kind");
    }
    if (!labels.isEmpty() || !withoutLabels.isEmpty()) {
      wanted.putAllLabels(known.getLabelsMap()).putAllLabels(labels);
      withoutLabels.forEach(wanted::removeLabels);
      fields.add("labels");
    }
    Validation before = noRules ? Validation.getDefaultInstance() : known.getValidation();
    Validation rules = validation.applyTo(before, session).build();
    if (!rules.equals(known.getValidation())) {
      wanted.setValidation(rules);
      fields.add("validation");
    }
    if (interval != null) {
      wanted.setExpectedInterval(ProtoTimes.duration(session.duration("--interval", interval)));
      fields.add("expected_interval");
    }
    if (duplicates != null) {
      wanted.setDuplicatePolicy(
          SeriesCreateCommand.constant(
              DuplicatePolicy.class, "DUPLICATE_POLICY_", "--duplicates", duplicates));
      fields.add("duplicate_policy");
    }
    Series now =
        fields.isEmpty()
            ? known
            : session.tidewatch().ingest().updateSeries(wanted.build(), fields, false);
    if (session.json()) {
      session.print(now);
    } else {
      session.print(
          fields.isEmpty()
              ? "Nothing to change."
              : "Changed " + String.join(", ", fields) + " of " + name + ".");
    }
    return ExitCode.OK;
  }

  private void addTexts(Series.Builder wanted, List<String> fields) {
    if (unit != null) {
      wanted.setUnit(unit);
      fields.add("unit");
    }
    if (title != null) {
      wanted.setDisplayName(title);
      fields.add("display_name");
    }
    if (description != null) {
      wanted.setDescription(description);
      fields.add("description");
    }
    if (device != null) {
      wanted.setDevice(device);
      fields.add("device");
    }
  }
}
