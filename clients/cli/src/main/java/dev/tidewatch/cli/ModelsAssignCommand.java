package dev.tidewatch.cli;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.sdk.RegistryClient;
import dev.tidewatch.sdk.TidewatchException;
import io.grpc.Status;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says which model runs on which series. */
@Command(
    name = "assign",
    description = {
      "Have a model run on series: forecasts are made by themselves, detectors see each reading.",
      "Assigning under a name that exists changes that assignment."
    },
    footer = {
      "  tidewatch models assign load AP-AP --every 24",
      "  tidewatch models assign spikes 'hq/*' --label kind=temperature --name hq-spikes",
      "  tidewatch models assign load@1.2.0 DOM-DOM --disabled"
    })
final class ModelsAssignCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(
      index = "0",
      paramLabel = "MODEL[@VERSION|@ALIAS]",
      description = "Which model; without a pick, whatever its champion is.")
  private String model;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(
      index = "1",
      paramLabel = "SERIES",
      description = "Name of a series; hq/* means all below hq, * all with the labels.")
  private String series;

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only series with this label.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the assignment (made of task and series).")
  private @Nullable String name;

  @Option(
      names = "--every",
      paramLabel = "STEPS",
      description = "Forecasts by themselves every so many grid steps (the server's default).")
  private int everySteps;

  @Option(
      names = "--horizon",
      paramLabel = "STEPS",
      description = "Their length in grid steps (the model's own).")
  private int horizonSteps;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A parameter of the model; may be repeated.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(names = "--disabled", description = "Keep it, but do not run it.")
  private boolean disabled;

  ModelsAssignCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    RegistryClient registry = session.tidewatch().registry();
    ModelReference reference = ModelReference.parse(model);
    var choice = reference.choice();
    var task = registry.getModel(reference.model()).getTask();
    String word = ProtoJson.bare(task.getValueDescriptor()).toLowerCase(Locale.ROOT);
    String chosenName = name != null ? name : word + "/" + series.replaceAll("\\*$", "all");
    var selector = SeriesSelector.newBuilder().putAllLabels(labels);
    if (series.endsWith("/*")) {
      selector.setPrefix(series.substring(0, series.length() - 2));
    } else if (series.endsWith("*") && series.length() > 1) {
      throw new UsageException(
          "SERIES: models are assigned to whole segments of names; write hq/ahu-1/* or one name");
    } else if (!series.equals("*")) {
      selector.setExact(series);
    }
    var wanted =
        Assignment.newBuilder()
            .setAssignment(chosenName)
            .setSelector(selector)
            .setTask(task)
            .setModel(reference.model())
            .setParameters(struct())
            .setDisabled(disabled);
    if (!choice.getVersion().isEmpty()) {
      wanted.setVersion(choice.getVersion());
    } else {
      wanted.setAlias(choice.getAlias().isEmpty() ? "champion" : choice.getAlias());
    }
    wanted.getScheduleBuilder().setEverySteps(everySteps).setHorizonSteps(horizonSteps);
    Assignment stored = store(registry, wanted);
    if (session.json()) {
      session.print(stored);
    } else {
      session.print(
          "%s: %s runs on %s%s."
              .formatted(
                  stored.getAssignment(), model, series, disabled ? " once it is enabled" : ""));
    }
    return ExitCode.OK;
  }

  private static Assignment store(RegistryClient registry, Assignment.Builder wanted) {
    try {
      Assignment present = registry.getAssignment(wanted.getAssignment());
      return registry.updateAssignment(wanted.setEtag(present.getEtag()).build());
    } catch (TidewatchException e) {
      if (e.code() != Status.Code.NOT_FOUND) {
        throw e;
      }
      return registry.createAssignment(wanted.build());
    }
  }

  private Struct struct() {
    var struct = Struct.newBuilder();
    parameters.forEach((key, text) -> struct.putFields(key, value(text)));
    return struct.build();
  }

  private static Value value(String text) {
    var value = Value.newBuilder();
    if (text.equals("true") || text.equals("false")) {
      return value.setBoolValue(text.equals("true")).build();
    }
    try {
      return value.setNumberValue(Double.parseDouble(text)).build();
    } catch (NumberFormatException e) {
      return value.setStringValue(text).build();
    }
  }
}
