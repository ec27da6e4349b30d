@NullMarked
package dev.tidewatch.models.tribuo.svm;

import org.jspecify.annotations.NullMarked;
