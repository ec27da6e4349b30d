package dev.tidewatch.serverkit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CloseStackTest {
  private final List<String> closed = new ArrayList<>();
  private final CloseStack stack = new CloseStack();

  @Test
  void closesInReverseAndOnce() {
    open("database");
    open("server");
    stack.close();
    stack.close();
    assertThat(closed).containsExactly("server", "database");
  }

  @Test
  void closesAllAlthoughSomeFailAndKeepsEveryFailure() {
    open("database");
    stack.push(() -> {
      throw new IOException("first opened of the two");
    });
    open("feed");
    stack.push(() -> {
      throw new IllegalArgumentException("last opened");
    });
    assertThatThrownBy(stack::close)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("last opened")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .singleElement()
                .isInstanceOf(IOException.class)
                .extracting(Throwable::getMessage)
                .isEqualTo("first opened of the two"));
    assertThat(closed).containsExactly("feed", "database");
  }

  @Test
  void aCheckedFailureAloneIsWrapped() {
    stack.push(() -> {
      throw new IOException("disk gone");
    });
    assertThatThrownBy(stack::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("disk gone")
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void afterAFailedLaunchTheFailureStaysTheError() {
    open("database");
    stack.push(() -> {
      throw new IOException("also the close");
    });
    var failure = new IllegalStateException("port taken");
    stack.closeAfter(failure);
    assertThat(closed).containsExactly("database");
    assertThat(failure.getSuppressed())
        .singleElement()
        .extracting(Throwable::getMessage)
        .isEqualTo("also the close");
  }

  @Test
  void whatComesTooLateIsClosedAtOnce() {
    stack.close();
    assertThatThrownBy(() -> open("late")).isInstanceOf(IllegalStateException.class);
    assertThat(closed).containsExactly("late");
  }

  private void open(String name) {
    stack.push(() -> closed.add(name));
  }
}
