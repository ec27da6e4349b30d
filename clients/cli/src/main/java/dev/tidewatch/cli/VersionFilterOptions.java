package dev.tidewatch.cli;

import com.google.protobuf.ProtocolMessageEnum;
import dev.tidewatch.proto.registry.v1.MetricBound;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.VersionFilter;
import dev.tidewatch.proto.registry.v1.VersionState;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which versions are meant, of all models. */
final class VersionFilterOptions {
  private static final Pattern BOUND = Pattern.compile("([^<>=]{1,128})(<=|>=)(.+)");

  @Parameters(
      arity = "0..*",
      paramLabel = "WORD",
      description = "Words that must all occur in model name, family, description or tags.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--model", paramLabel = "NAME", description = "Only this model.")
  private String model = "";

  @Option(names = "--task", paramLabel = "TASK", description = "forecast, detect or infer.")
  private @Nullable String task;

  @Option(names = "--family", paramLabel = "NAME", description = "Such as ridge.")
  private String family = "";

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "pending, ready, failed or archived.")
  private @Nullable String state;

  @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A tag; may be repeated.")
  private Map<String, String> tags = new LinkedHashMap<>();

  @Option(
      names = "--metric",
      paramLabel = "BOUND",
      description = "Such as 'mase<=0.9' or 'coverage_90>=0.85'; may be repeated.")
  private List<String> metrics = new ArrayList<>();

  @Option(names = "--series", paramLabel = "NAME", description = "Trained on this series.")
  private String series = "";

  @Option(names = "--alias", paramLabel = "NAME", description = "Named by this alias now.")
  private String alias = "";

  @Option(names = "--since", paramLabel = "TIME", description = "Made then or later.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Made before then.")
  private @Nullable String until;

  VersionFilter filter(Session session) {
    var filter =
        VersionFilter.newBuilder()
            .setText(String.join(" ", words))
            .setModel(model)
            .setFamily(family)
            .putAllTags(tags)
            .setSeries(series)
            .setAlias(alias);
    if (task != null) {
      filter.setTask(constant("--task", "TASK_", task, Task.values()));
    }
    if (state != null) {
      filter.setState(constant("--state", "VERSION_STATE_", state, VersionState.values()));
    }
    metrics.forEach(bound -> filter.addMetrics(bound(bound)));
    if (since != null) {
      filter.setCreatedFrom(ProtoTimes.timestamp(session.moment("--since", since)));
    }
    if (until != null) {
      filter.setCreatedTo(ProtoTimes.timestamp(session.moment("--until", until)));
    }
    return filter.build();
  }

  private static MetricBound bound(String text) {
    Matcher parts = BOUND.matcher(text);
    if (parts.matches()) {
      try {
        double value = Double.parseDouble(parts.group(3).strip());
        var bound = MetricBound.newBuilder().setMetric(parts.group(1).strip());
        return (parts.group(2).equals("<=") ? bound.setMax(value) : bound.setMin(value)).build();
      } catch (NumberFormatException e) {
        throw new UsageException("--metric: '" + parts.group(3) + "' is no number");
      }
    }
    throw new UsageException("--metric: '" + text + "' is not written like 'mase<=0.9'");
  }

  static <E extends Enum<E> & ProtocolMessageEnum> E constant(
      String option, String prefix, String text, E[] values) {
    String wanted = prefix + text.toUpperCase(Locale.ROOT).replace('-', '_');
    List<String> known = new ArrayList<>();
    for (E value : values) {
      if (value.name().equals(wanted)) {
        return value;
      }
      if (value.name().startsWith(prefix) && !value.name().endsWith("_UNSPECIFIED")) {
        known.add(value.name().substring(prefix.length()).toLowerCase(Locale.ROOT));
      }
    }
    throw new UsageException(option + ": '" + text + "' is none of " + String.join(", ", known));
  }
}
