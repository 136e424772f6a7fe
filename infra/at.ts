/** The element that the caller knows to be there, which may be undefined. @throws RangeError where the list does not reach so far */
export function at<T>(list: ArrayLike<T>, index: number): T {
  if (!(index >= 0 && index < list.length)) throw new RangeError(`there is no element ${index} among ${list.length}`);
  return list[index] as T;
}
