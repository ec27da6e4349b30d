package dev.tidewatch.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HarnessTest {
  @Test
  void requestsSurviveTheirLine() {
    var request = LoadRequest.of("rows").with("port", 7410).with("seed", -3);
    assertThat(LoadRequest.parse(request.toLine())).isEqualTo(request);
    assertThatThrownBy(() -> request.number("rate")).hasMessageContaining("rate");
  }

  @Test
  void unknownScenariosAreRefusedByName() {
    var options = new BenchOptions(1, 1, 1, Set.of("in-odrer"), true, List.of());
    assertThatThrownBy(() -> options.requireScenariosAmong(List.of("in-order")))
        .hasMessageContaining("in-odrer")
        .hasMessageContaining("in-order");
  }

  @Test
  void heapIsAddedOverItsPoolsOnly() {
    String metrics =
        """
        jvm_memory_used_bytes{jvm_memory_pool_name="G1 Eden Space",jvm_memory_type="heap",x="a"} 1.5E7
        jvm_memory_used_bytes{jvm_memory_pool_name="G1 Old Gen",jvm_memory_type="heap"} 5000000.0
        jvm_memory_used_bytes{jvm_memory_pool_name="Metaspace",jvm_memory_type="non_heap"} 9.0E9
        jvm_memory_used_after_last_gc_bytes{jvm_memory_pool_name="G1 Old Gen",jvm_memory_type="heap"} 7.0
        """;
    assertThat(HeapWatch.sum(metrics, "jvm_memory_used_bytes{")).isEqualTo(2e7);
    assertThat(HeapWatch.sum(metrics, "jvm_memory_used_after_last_gc_bytes{")).isEqualTo(7);
  }

  @Test
  @Timeout(60)
  void theRelayCountsBothWays() throws Exception {
    try (var target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var relay = CountingRelay.to(target.getLocalPort());
        var client = new Socket(InetAddress.getLoopbackAddress(), relay.port());
        var server = target.accept()) {
      client.getOutputStream().write(new byte[1000]);
      assertThat(server.getInputStream().readNBytes(1000)).hasSize(1000);
      server.getOutputStream().write(new byte[70]);
      assertThat(client.getInputStream().readNBytes(70)).hasSize(70);
      assertThat(relay.bytesToServer()).isEqualTo(1000);
      assertThat(relay.bytesToClient()).isEqualTo(70);
    }
  }

  @Test
  @Timeout(60)
  void cpuTimeOfAProcessAndItsChildrenGrows() throws Exception {
    long self = ProcessHandle.current().pid();
    double before = ProcessCpu.treeSeconds(self);
    var child =
        new ProcessBuilder("sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done").start();
    assertThat(child.waitFor()).isZero();
    assertThat(ProcessCpu.treeSeconds(self) - before).isGreaterThan(.05);
    assertThat(ProcessCpu.seconds(self)).isLessThanOrEqualTo(ProcessCpu.treeSeconds(self));
    assertThat(ProcessCpu.parent(child.pid())).isEmpty();
  }

  @Test
  @Timeout(60)
  void aClientThatFailsFailsTheBench() throws Exception {
    try (var client = LoadProcess.start()) {
      assertThatThrownBy(() -> client.run(LoadRequest.of("no-such-part")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no-such-part");
    }
  }

  @Test
  void foldersOfARunGoAway() throws Exception {
    Path folder = java.nio.file.Files.createTempDirectory("bench-test");
    java.nio.file.Files.writeString(folder.resolve("file"), "x");
    TemporaryFolder.delete(folder);
    assertThat(folder).doesNotExist();
  }
}
