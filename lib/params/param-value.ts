/** A parameter's value after coercion: plain data. Infinity and NaN do not occur; arrays are rows. */
export type ParamValue = boolean | number | string | readonly ParamValue[];
