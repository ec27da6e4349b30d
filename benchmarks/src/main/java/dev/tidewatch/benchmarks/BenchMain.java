package dev.tidewatch.benchmarks;

import dev.tidewatch.benchmarks.accuracy.AccuracyCommand;
import dev.tidewatch.benchmarks.crash.CrashCommand;
import dev.tidewatch.benchmarks.crash.MonitorCrashCommand;
import dev.tidewatch.benchmarks.crash.RegistryCrashCommand;
import dev.tidewatch.benchmarks.drift.DriftCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./tidewatch bench}: lists the benches, or runs one. */
@Command(
    name = "tidewatch bench",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a benchmark. Prints a table; the last line of standard output is one line of JSON,",
      "which is also appended to the results file. Without NAME: lists the benchmarks."
    },
    footer = {
      "",
      "Examples:",
      "  ./tidewatch bench ingest",
      "  ./tidewatch bench ingest --seconds 20 --rounds 5 --seed 7",
      "  ./tidewatch bench ingest --scenarios in-order,rows",
      "  ./tidewatch bench swap --seconds 10 --rounds 5",
      "  ./tidewatch bench alert",
      "  ./tidewatch bench lstm",
      "  ./tidewatch bench demo --seed 1 --rounds 3",
      "  ./tidewatch bench crash --kills 12 --seed 7",
      "  ./tidewatch bench registry-crash --kills 48 --seed 7",
      "  ./tidewatch bench monitor-crash --kills 20 --seed 7",
      "  ./tidewatch bench accuracy nab --data DIR --out DIR",
      "  ./tidewatch bench drift --data DIR --out alarms.json"
    },
    subcommands = {
      CrashCommand.class,
      RegistryCrashCommand.class,
      MonitorCrashCommand.class,
      AccuracyCommand.class,
      DriftCommand.class,
      PredictCommand.class
    })
public final class BenchMain implements Callable<Integer> {
  private static final List<Bench> BENCHES =
      List.of(
          new IngestBench(),
          new QueryBench(),
          new ForecastBench(),
          new DetectBench(),
          new SearchBench(),
          new AlertBench(),
          new SwapBench(),
          new LedgerBench(),
          new LstmBench(),
          new DemoBench());

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "Which benchmark.")
  private @Nullable String name;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Length of each measured part (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often measured and compared part alternate (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the generated data (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--scenarios",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only these. ingest: in-order, shuffled, rows, unary, paced, streams;"
              + " query: range, series, year; ledger: live, history (default: all but history).")
  private List<String> scenarios = List.of();

  @Option(
      names = "--small",
      description = "As little as shows that the bench works; its figures mean nothing.")
  private boolean small;

  @Option(
      names = "--server",
      paramLabel = "SETTING",
      description =
          "A setting of the server under measurement, such as ingest.intake.commit-lanes=1;"
              + " may be repeated.")
  private List<String> serverSettings = List.of();

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "File that the JSON line is appended to (default: benchmarks/results.jsonl).")
  private @Nullable Path results;

  private BenchMain() {}

  /** Exit code 0: measured; 1: the bench failed; 2: wrong usage. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new BenchMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (name == null) {
      BENCHES.forEach(bench -> System.out.printf("%-12s %s%n", bench.name(), bench.purpose()));
      System.out.printf("%-12s %s%n", "predict", PredictCommand.PURPOSE);
      System.out.printf("%-12s %s%n", "crash", CrashCommand.PURPOSE);
      System.out.printf("%-12s %s%n", "registry-crash", RegistryCrashCommand.PURPOSE);
      System.out.printf("%-12s %s%n", "monitor-crash", MonitorCrashCommand.PURPOSE);
      System.out.printf("%-12s %s%n", "accuracy", AccuracyCommand.PURPOSE);
      System.out.printf("%-12s %s%n", "drift", DriftCommand.PURPOSE);
      return 0;
    }
    String wanted = name;
    Optional<Bench> bench = BENCHES.stream().filter(b -> b.name().equals(wanted)).findFirst();
    if (bench.isEmpty()) {
      System.err.printf(
          "no benchmark '%s'; there are: %s%n",
          wanted, String.join(", ", BENCHES.stream().map(Bench::name).toList()));
      return CommandLine.ExitCode.USAGE;
    }
    BenchOptions options;
    try {
      options =
          new BenchOptions(
              small ? 1 : seconds,
              small ? 1 : rounds,
              seed,
              Set.copyOf(scenarios),
              small,
              serverSettings.stream().map(setting -> "--" + setting).toList());
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    bench.get().run(options, System.out, ResultsFile.orUsual(results));
    return 0;
  }
}
