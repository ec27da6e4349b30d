package dev.tidewatch.inference.serving;

import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.ServiceException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets models that run native code be loaded and warmed first by a process of their own, so that
 * one that crashes or hangs its library never does so here. A file stands its trial once on a
 * machine and Java and class path; that is remembered on disk.
 *
 * <p>While this process loads such a file itself, a mark says so: if it dies over that in spite of
 * the trial, the next start finds the mark and tries the file again. Thread-safe.
 */
final class NativeTrials implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NativeTrials.class);
  private static final String NICE = "/usr/bin/nice";

  /** Heap beside the artifact itself. */
  private static final long HEAP_MEGABYTES = 160;

  private static final int OUTPUT_SHOWN = 2_000;
  private static final int SIGNALS_FROM = 128;

  private final TrialSettings settings;
  private final String host;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();

  NativeTrials(TrialSettings settings) {
    this.settings = settings;
    this.host =
        "%s\n%s\n%s\n"
            .formatted(
                System.getProperty("java.vm.version"), System.getProperty("os.arch"), classPath());
  }

  /**
   * Returns when the file has stood its trial, now or before. Blocks the caller for as long as the
   * trial takes.
   *
   * @throws ServiceException {@code MODEL_CRASHED}, {@code MODEL_HUNG}, or what loading it says
   */
  void require(CachedArtifact file) throws InterruptedException {
    if (!settings.enabled()) {
      return;
    }
    try {
      Files.createDirectories(settings.folder());
      if (isRemembered(file)) {
        return;
      }
      Path verdict = Files.createTempFile(settings.folder(), "trial-", ".verdict");
      Path output = Files.createTempFile(settings.folder(), "trial-", ".log");
      try {
        hold(file, verdict, output);
      } finally {
        Files.deleteIfExists(verdict);
        Files.deleteIfExists(output);
      }
      Files.writeString(remembered(file), host);
      Files.deleteIfExists(mark(file));
    } catch (IOException e) {
      throw new UncheckedIOException("no model can be tried in " + settings.folder(), e);
    }
  }

  private boolean isRemembered(CachedArtifact file) throws IOException {
    Path remembered = remembered(file);
    return !Files.exists(mark(file))
        && Files.exists(remembered)
        && Files.readString(remembered).equals(host);
  }

  /** This process begins to load the file. */
  void begin(CachedArtifact file) {
    try {
      Files.createDirectories(settings.folder());
      Files.writeString(mark(file), "");
    } catch (IOException e) {
      throw new UncheckedIOException("no mark can be made in " + settings.folder(), e);
    }
  }

  /** It has survived that. */
  void end(CachedArtifact file) {
    try {
      Files.deleteIfExists(mark(file));
    } catch (IOException e) {
      LOG.warn("a mark stays in {}; the file is tried again when next loaded", settings.folder());
    }
  }

  private Path remembered(CachedArtifact file) {
    return settings.folder().resolve(file.sha256() + ".stood");
  }

  private Path mark(CachedArtifact file) {
    return settings.folder().resolve(file.sha256() + ".loading");
  }

  private void hold(CachedArtifact file, Path verdict, Path output)
      throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    var builder =
        new ProcessBuilder(command(file, verdict))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(output.toFile()));
    // Else a debugger's or an agent's options would be the trial's too; a class path may be too
    // long for an argument.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().put("CLASSPATH", classPath());
    Process process = builder.start();
    running.add(process);
    try {
      if (!process.waitFor(settings.limit().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new DataLoss(
            "MODEL_HUNG",
            "it was not loaded and warm after %s in a process of its own"
                .formatted(settings.limit()));
      }
    } finally {
      process.destroyForcibly();
      running.remove(process);
    }
    judge(file, process.exitValue(), verdict, output);
    LOG.info(
        "{} stood its trial in {} ms",
        file.path().getFileName(),
        (System.nanoTime() - startNanos) / 1_000_000);
  }

  private static void judge(CachedArtifact file, int exit, Path verdict, Path output)
      throws IOException {
    if (exit == 0) {
      return;
    }
    if (exit == TrialMain.REFUSED) {
      String[] lines = Files.readString(verdict).split("\n", 2);
      throw new DataLoss(lines[0], lines.length > 1 ? lines[1] : "");
    }
    LOG.warn("the trial of {} ended with {}: {}", file.path(), exit, tail(output));
    throw new DataLoss(
        "MODEL_CRASHED",
        exit > SIGNALS_FROM
            ? "its engine ended the process that tried it, with signal %d"
                .formatted(exit - SIGNALS_FROM)
            : "its engine ended the process that tried it, with exit code %d".formatted(exit));
  }

  private static String tail(Path output) throws IOException {
    String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    return text.substring(Math.max(0, text.length() - OUTPUT_SHOWN));
  }

  private List<String> command(CachedArtifact file, Path verdict) {
    var command = new ArrayList<String>();
    if (Files.isExecutable(Path.of(NICE))) {
      // Requests come first.
      command.addAll(List.of(NICE, "-n", "10"));
    }
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.add("-Xmx%dm".formatted(HEAP_MEGABYTES + 4 * (file.sizeBytes() >> 20)));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    for (String property :
        List.of("org.bytedeco.javacpp.cachedir", "java.io.tmpdir", "java.library.path")) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D%s=%s".formatted(property, value));
      }
    }
    command.add(settings.mainClass());
    command.add(file.path().toString());
    command.add(file.sha256());
    command.add(file.format().name());
    command.add(verdict.toString());
    return command;
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** Ends the trials that run. */
  @Override
  public void close() {
    running.forEach(Process::destroyForcibly);
  }
}
