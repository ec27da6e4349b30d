/** The gRPC server and channels that every server uses, over sockets and in process alike. */
@NullMarked
package dev.tidewatch.serverkit.grpc;

import org.jspecify.annotations.NullMarked;
