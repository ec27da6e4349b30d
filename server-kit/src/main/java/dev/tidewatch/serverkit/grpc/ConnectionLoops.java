package dev.tidewatch.serverkit.grpc;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server's own threads of connections, which keep to {@link LoopRhythm}. Without epoll (Linux has
 * it) they are gRPC's own, which do not.
 */
final class ConnectionLoops implements AutoCloseable {
  /** gRPC's own, which all servers of the process share. */
  static final ConnectionLoops SHARED = new ConnectionLoops(null);

  private static final long CLOSE_SECONDS = 2;

  private final @Nullable EventLoopGroup loops;

  private ConnectionLoops(@Nullable EventLoopGroup loops) {
    this.loops = loops;
  }

  /**
   * @param watchTime as {@link GrpcConfig#watchTime}
   */
  static ConnectionLoops open(Duration watchTime) {
    if (!Epoll.isAvailable()) {
      return SHARED;
    }
    long watchNanos = watchTime.toNanos();
    return new ConnectionLoops(
        new MultiThreadIoEventLoopGroup(
            0,
            new DefaultThreadFactory("grpc-connection", true),
            EpollIoHandler.newFactory(0, () -> new LoopRhythm(watchNanos))));
  }

  void use(NettyServerBuilder server) {
    if (loops != null) {
      server
          .channelType(EpollServerSocketChannel.class)
          .bossEventLoopGroup(loops)
          .workerEventLoopGroup(loops);
    }
  }

  /** After the server has ended. */
  @Override
  public void close() {
    if (loops != null) {
      loops
          .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
          .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }
}
