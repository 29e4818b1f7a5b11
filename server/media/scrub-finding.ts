/** Something that is not as the database says. */
export interface Finding {
  readonly kind: /** The bytes are not those that were stored. */
    | 'rot'
    /** The database names them, and the store does not have them. */
    | 'missing'
    /** The store has them, and does not give them. */
    | 'unreadable'
    /** The store has them, and nothing names them. */
    | 'orphan';
  /** Key of the blob, or what the store calls it. */
  readonly name: string;
  /** For people. */
  readonly message: string;
}
