package dev.tidewatch.sdk;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;

/** Puts the connection's credentials on every call. */
final class CredentialsInterceptor implements ClientInterceptor {
  private final CallCredentials credentials;

  CredentialsInterceptor(CallCredentials credentials) {
    this.credentials = credentials;
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    return next.newCall(method, options.withCallCredentials(credentials));
  }
}
