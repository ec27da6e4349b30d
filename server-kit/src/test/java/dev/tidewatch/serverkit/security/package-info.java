@NullMarked
package dev.tidewatch.serverkit.security;

import org.jspecify.annotations.NullMarked;
