package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.DeliveryTarget;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes a target of deliveries. */
@Command(
    name = "set",
    description = "Change a target; what is not named stays as it is.",
    footer = {
      "  tidewatch alerts targets set ops --url https://ops.example.org/v2/alerts",
      "  tidewatch alerts targets set night --disable"
    })
final class AlertsTargetsSetCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The target.")
  private String name = "";

  @Option(names = "--url", paramLabel = "URL", description = "http or https.")
  private @Nullable String url;

  @Option(names = "--disable", description = "Queue and send nothing more; what is queued waits.")
  private boolean disable;

  @Option(names = "--enable", description = "The opposite.")
  private boolean enable;

  @Option(names = "--match-all", description = "Every alert: forget the matchers.")
  private boolean matchAll;

  @Mixin private final TargetOptions options = new TargetOptions();

  AlertsTargetsSetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (disable && enable) {
      throw new UsageException("--disable and --enable: give one of them");
    }
    var client = session.tidewatch().monitor().delivery();
    DeliveryTarget.Builder target =
        client
            .targets()
            .filter(t -> t.getName().equals(name))
            .findFirst()
            .orElseThrow(() -> new UsageException("NAME: there is no target '" + name + "'"))
            .toBuilder();
    if (url != null) {
      target.setUrl(url);
    }
    if (matchAll) {
      target.clearMatchers();
    }
    if (disable || enable) {
      target.setDisabled(disable);
    }
    options.apply(target);
    DeliveryTarget changed = client.updateTarget(target.build());
    if (session.json()) {
      session.print(AlertsTargetsListCommand.json(changed));
    } else {
      session.print("Changed %s.".formatted(name));
    }
    return ExitCode.OK;
  }
}
