import { openTestDatabase } from '../support/database.ts';
import { describeCommit } from '../support/server-store/commit-contract.ts';
import { describeHistory } from '../support/server-store/history-contract.ts';

describeCommit('an embedded file', openTestDatabase);
describeHistory('an embedded file', openTestDatabase);
