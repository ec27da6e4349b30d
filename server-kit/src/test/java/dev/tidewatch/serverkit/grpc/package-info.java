@NullMarked
package dev.tidewatch.serverkit.grpc;

import org.jspecify.annotations.NullMarked;
