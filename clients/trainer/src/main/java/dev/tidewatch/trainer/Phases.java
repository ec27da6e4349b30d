package dev.tidewatch.trainer;

import dev.tidewatch.models.training.TrainingProgress;
import java.util.concurrent.CancellationException;

/**
 * Maps the stages of a training, each from 0 to 1, to one fraction of the whole that never falls,
 * so that a time left can be told. Ends the training when its thread is interrupted.
 */
final class Phases implements TrainingProgress {
  /** Parts of a training, with the fraction at which each ends when none is left out. */
  enum Phase {
    READ(.06),
    TUNE(.46),
    BACK_TEST(.76),
    COMPARE(.82),
    FIT(.94),
    UPLOAD(.98),
    REGISTER(1);

    private final double end;

    Phase(double end) {
      this.end = end;
    }
  }

  private final TrainingProgress listener;
  private final RunRecord run;
  private double from;
  private double to;
  private double shown;

  Phases(TrainingProgress listener, RunRecord run) {
    this.listener = listener;
    this.run = run;
  }

  /** Begins a part; what was left out in between is jumped over. */
  void enter(Phase phase) {
    from = shown;
    to = phase.end;
  }

  @Override
  public void at(String stage, double fraction) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted during " + stage);
    }
    shown = Math.max(shown, from + (to - from) * Math.clamp(fraction, 0, 1));
    listener.at(stage, shown);
    run.progress(shown);
  }

  @Override
  public void metric(String name, long step, double value) {
    listener.metric(name, step, value);
    run.log(name, step, value);
  }
}
