package dev.tidewatch.sdk;

import dev.tidewatch.proto.registry.v1.ArtifactServiceGrpc;
import dev.tidewatch.proto.registry.v1.UploadArtifactRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One upload call: blocks its sender while the transport is full. Not for several threads. */
final class UploadStream
    implements ClientResponseObserver<UploadArtifactRequest, UploadArtifactResponse>,
        AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable ClientCallStreamObserver<UploadArtifactRequest> requests;
  private @Nullable UploadArtifactResponse answer;
  private @Nullable TidewatchException failure;
  private boolean over;

  UploadStream(Channel channel) {
    ArtifactServiceGrpc.newStub(channel).uploadArtifact(this);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<UploadArtifactRequest> requests) {
    this.requests = requests;
    requests.setOnReadyHandler(() -> change(() -> {}));
  }

  void send(UploadArtifactRequest part) throws InterruptedException {
    var to = requests;
    lock.lockInterruptibly();
    try {
      while (to != null && !to.isReady() && !over) {
        changed.await();
      }
      throwIfFailed();
    } finally {
      lock.unlock();
    }
    if (to != null && !isAnswered()) {
      try {
        to.onNext(part);
      } catch (IllegalStateException callIsOver) {
        awaitOver();
      }
    }
  }

  /** True once the server has answered, which it may do before it has heard everything. */
  boolean isAnswered() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  UploadArtifactResponse finish() throws InterruptedException {
    if (requests != null && !isAnswered()) {
      try {
        requests.onCompleted();
      } catch (IllegalStateException callIsOver) {
        // its outcome is read below
      }
    }
    awaitOver();
    if (answer == null) {
      throw TidewatchException.of(
          Status.Code.UNAVAILABLE, "UPLOAD_UNANSWERED", "the server ended without an answer");
    }
    return answer;
  }

  private void awaitOver() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!over) {
        changed.await();
      }
      throwIfFailed();
    } finally {
      lock.unlock();
    }
  }

  private void throwIfFailed() {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void onNext(UploadArtifactResponse response) {
    change(() -> answer = response);
  }

  @Override
  public void onError(Throwable cause) {
    change(() -> {
      failure = TidewatchException.from(cause);
      over = true;
    });
  }

  @Override
  public void onCompleted() {
    change(() -> over = true);
  }

  private void change(Runnable what) {
    lock.lock();
    try {
      what.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    if (requests != null && !isAnswered()) {
      requests.cancel("upload given up", null);
    }
  }
}
