package dev.tidewatch.trainer.worker;

import dev.tidewatch.proto.monitor.v1.RetrainTask;

/** Told what a worker does, by its thread. */
public interface WorkerListener {
  /** Tells nobody. */
  WorkerListener SILENT = new WorkerListener() {};

  default void leased(RetrainTask task) {}

  default void trained(RetrainTask task, String version) {}

  /** Without a version; the task may be tried again. */
  default void failed(RetrainTask task, String message) {}

  /** Given up because the task was cancelled or the lease was lost. */
  default void dropped(RetrainTask task, String why) {}

  /** The monitor does not answer; the worker tries again. Told once an outage. */
  default void waiting(String why) {}
}
