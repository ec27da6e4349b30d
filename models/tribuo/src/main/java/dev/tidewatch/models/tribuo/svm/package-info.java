/** One-class support vector machine: learnt with libsvm through Tribuo, scored by own code. */
@NullMarked
package dev.tidewatch.models.tribuo.svm;

import org.jspecify.annotations.NullMarked;
