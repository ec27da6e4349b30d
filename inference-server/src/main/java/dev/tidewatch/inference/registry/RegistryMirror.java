package dev.tidewatch.inference.registry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The registry's state as last heard. Thread-safe; one thread writes. */
public final class RegistryMirror {
  private final List<Consumer<RegistryState>> followers = new CopyOnWriteArrayList<>();
  private final long createdNanos = System.nanoTime();
  private volatile RegistryState state = RegistryState.UNHEARD;
  private volatile long heardNanos = createdNanos;

  public RegistryState state() {
    return state;
  }

  /** How long ago the registry was last heard; since the start if never. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - heardNanos);
  }

  /** Calls the follower with each new state, on the writing thread. */
  public void follow(Consumer<RegistryState> follower) {
    followers.add(follower);
  }

  /** The registry lives, and this is its state. */
  public void heard(RegistryState newState) {
    heardNanos = System.nanoTime();
    if (!newState.equals(state)) {
      state = newState;
      followers.forEach(follower -> follower.accept(newState));
    }
  }

  /** The registry lives, and nothing changed. */
  public void heard() {
    heardNanos = System.nanoTime();
  }
}
