package dev.tidewatch.registry.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;

/** An S3 server on loopback that keeps its objects in a folder; can be stopped and started. */
public final class S3Server implements AutoCloseable {
  public static final String KEY = "tidewatch-key";
  public static final String SECRET = "tidewatch-secret";
  public static final String BUCKET = "models";

  private final Path folder;
  private final BlobStoreContext context;
  private S3Proxy server;
  private final int port;

  private S3Server(Path folder, BlobStoreContext context) {
    this.folder = folder;
    this.context = context;
    this.server = launch(context, 0);
    this.port = server.getPort();
  }

  public static S3Server start(Path folder) {
    var properties = new Properties();
    properties.setProperty("jclouds.filesystem.basedir", folder.toString());
    try {
      Files.createDirectories(folder.resolve(BUCKET));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new S3Server(
        folder,
        ContextBuilder.newBuilder("filesystem")
            .credentials("", "")
            .overrides(properties)
            .build(BlobStoreContext.class));
  }

  private static S3Proxy launch(BlobStoreContext context, int port) {
    try {
      var server =
          S3Proxy.builder()
              .blobStore(context.getBlobStore())
              .endpoint(URI.create("http://127.0.0.1:" + port))
              .awsAuthentication(AuthenticationType.AWS_V4, KEY, SECRET)
              .build();
      server.start();
      return server;
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server does not start", e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The file of an object. */
  Path object(String key) {
    return folder.resolve(BUCKET).resolve(key);
  }

  void stop() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  void startAgain() {
    server = launch(context, port);
  }

  @Override
  public void close() {
    stop();
    context.close();
  }
}
