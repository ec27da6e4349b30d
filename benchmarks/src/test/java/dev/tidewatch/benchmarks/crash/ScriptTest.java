package dev.tidewatch.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the writers of the campaign send. */
final class ScriptTest {
  private static final List<Script> SCRIPTS = Script.ofClient(42, 1);

  @Test
  void isTheSameAgainForTheSameSeedAndAnotherForAnother() {
    for (Script script : SCRIPTS) {
      assertThat(script.batch(123))
          .containsExactly(new Script(42, script.writer(), script.form()).batch(123))
          .isNotEqualTo(new Script(43, script.writer(), script.form()).batch(123));
    }
  }

  @Test
  void coversEveryKeyOnceAndRepeatsOnlyWhatWasSent() {
    for (Script script : SCRIPTS) {
      Set<Long> sent = new HashSet<>();
      long repeated = 0;
      for (long batch = 0; batch < 200; batch++) {
        Script.Entry[] entries = script.batch(batch);
        assertThat(entries).hasSize(script.size(batch));
        assertThat(Arrays.stream(entries).map(Script.Entry::key)).doesNotHaveDuplicates();
        long before = sent.size();
        for (Script.Entry entry : entries) {
          sent.add(entry.key());
        }
        assertThat(sent.size() - before).isEqualTo(script.form().fresh());
        repeated += entries.length - script.form().fresh();
        assertThat((long) sent.size()).isEqualTo(script.keys(batch + 1));
        assertThat(sent).allMatch(key -> key < script.keysEnd(200));
      }
      assertThat(repeated > 0).isEqualTo(script.form() == Form.SHUFFLED);
    }
  }

  @Test
  void namesItsReadings() {
    Script script = SCRIPTS.get(2);
    for (long key : new long[] {0, 1, 7, 4_000_003}) {
      String series = script.seriesOf(key);
      assertThat(Script.writerOf(series)).isEqualTo(script.writer());
      assertThat(script.keyOf(Script.indexOf(series), script.timeMicrosOf(key))).isEqualTo(key);
      assertThat(script.keyOf(0, script.timeMicrosOf(key) + 1)).isEqualTo(-1);
    }
    for (String stranger : List.of("crash", "crash/1", "crash/x/1", "crash/1/2/3", "other/1/2")) {
      assertThat(Script.writerOf(stranger)).isEqualTo(-1);
    }
    assertThat(Script.indexOf("crash/1/4")).isEqualTo(-1);
  }

  @Test
  void whatMustBeThereIsWhatWasSentLast() {
    Script script = SCRIPTS.get(1);
    assertThat(script.form()).isEqualTo(Form.SHUFFLED);
    var expected = Expected.of(script, 100);
    assertThat(expected.fresh()).isEqualTo(script.keys(100));
    assertThat(expected.unchanged()).isPositive();
    assertThat(expected.replaced()).isPositive();
    long entries = 0;
    for (long batch = 0; batch < 100; batch++) {
      entries += script.size(batch);
    }
    assertThat(expected.fresh() + expected.unchanged() + expected.replaced()).isEqualTo(entries);
    for (Script.Entry entry : script.batch(99)) {
      assertThat(expected.value((int) entry.key())).isEqualTo(entry.value());
    }
  }

  @Test
  void aThirdOfTheKillsEachGoToServersClientsAndDatabases() {
    var random = new java.util.SplittableRandom(1);
    List<Blow> plan = Blow.plan(100, random);
    assertThat(plan.stream().filter(Blow::isKill)).hasSize(100);
    assertThat(plan.stream().filter(blow -> blow == Blow.SERVER_KILL)).hasSize(34);
    assertThat(plan.stream().filter(blow -> blow == Blow.CLIENT_KILL)).hasSize(33);
    assertThat(plan.stream().filter(Blow::isDatabaseKill)).hasSize(33);
    assertThat(plan).contains(Blow.DATABASE_KILL, Blow.BACKEND_KILL);
    assertThat(plan).contains(Blow.RESET, Blow.CUT_AMID_MESSAGE, Blow.SILENCE);
  }
}
