package dev.tidewatch.trainer;

import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.RoleBinding;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.StandingSchedule;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.RegistryClient;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.timeseries.SeriesName;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Puts a registered version to work: moves an alias to it and assigns the model to series. Each
 * step can be repeated. Thread-safe.
 */
public final class Publication {
  /** The alias that serving follows unless told otherwise. */
  public static final String CHAMPION = "champion";

  /** Where a detector of several series runs, beside the series' own detector. */
  public static final String GROUP_SLOT = "group";

  private static final int NAME_CHARACTERS_MAX = 128;

  private final RegistryClient registry;

  public Publication(RegistryClient registry) {
    this.registry = registry;
  }

  /**
   * Moves the champion alias to the report's version, if it still stands where it stood when the
   * training began: of two trainings side by side, the later one does not undo the earlier unseen.
   *
   * @throws TidewatchException {@code ABORTED / ALIAS_MOVED} if somebody moved it meanwhile
   */
  public void promote(TrainingReport report) {
    var move =
        AliasMove.newBuilder()
            .setModel(report.model())
            .setAlias(CHAMPION)
            .setVersion(report.version())
            .setExpected(report.championBefore().expectation());
    registry.moveAliases(
        MoveAliasesRequest.newBuilder()
            .addMoves(move)
            .setReason("trained by run " + report.runId())
            .build());
  }

  /** As {@link #assign(String, Task, SeriesName, int, Map)}, of a model with but one role. */
  public String assign(String model, Task task, SeriesName series, int everySteps) {
    return assign(model, task, series, everySteps, Map.of());
  }

  /**
   * Assigns the model's champion to one series, in place of what was assigned there by this method
   * before.
   *
   * @param covariates series of the model's other roles, by role
   * @param everySteps how often a standing forecast is made, in grid steps; 0: never, and for
   *     detectors
   * @return the assignment's name
   */
  public String assign(
      String model,
      Task task,
      SeriesName series,
      int everySteps,
      Map<String, SeriesName> covariates) {
    boolean watchesTogether = task == Task.TASK_DETECT && !covariates.isEmpty();
    String kind =
        watchesTogether ? "detect-group/" : task == Task.TASK_DETECT ? "detect/" : "forecast/";
    String name = assignmentName(kind + series.value());
    var wanted =
        Assignment.newBuilder()
            .setAssignment(name)
            .setSlot(watchesTogether ? GROUP_SLOT : "")
            .setSelector(SeriesSelector.newBuilder().setExact(series.value()))
            .setTask(task)
            .setModel(model)
            .setAlias(CHAMPION);
    new TreeMap<>(covariates)
        .forEach((role, bound) ->
            wanted.addBindings(RoleBinding.newBuilder().setRole(role).setSeries(bound.value())));
    if (task == Task.TASK_FORECAST) {
      wanted.setSchedule(StandingSchedule.newBuilder().setEverySteps(everySteps));
    }
    put(wanted);
    return name;
  }

  private void put(Assignment.Builder wanted) {
    Assignment present;
    try {
      present = registry.getAssignment(wanted.getAssignment());
    } catch (TidewatchException e) {
      if (e.code() != Status.Code.NOT_FOUND) {
        throw e;
      }
      registry.createAssignment(wanted.build());
      return;
    }
    registry.updateAssignment(wanted.setEtag(present.getEtag()).build());
  }

  /** A long series name is shortened, with a hash of the whole to keep it apart. */
  private static String assignmentName(String wanted) {
    if (wanted.length() <= NAME_CHARACTERS_MAX) {
      return wanted;
    }
    String hash =
        UUID.nameUUIDFromBytes(wanted.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 13);
    return wanted.substring(0, NAME_CHARACTERS_MAX - hash.length() - 1) + "-" + hash;
  }
}
