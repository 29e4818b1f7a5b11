import * as en from './i18n/account.en.po';
import * as zh from './i18n/account.zh-CN.po';

/** In every language, so that the next one is there when it is chosen. */
export const MESSAGES = { en: en.messages, 'zh-CN': zh.messages };
