import * as en from './i18n/gallery.en.po';
import * as zh from './i18n/gallery.zh-CN.po';

/** Of what comes with a press only. In every language, so that the next one is there when it is chosen. */
export const MESSAGES = { en: en.messages, 'zh-CN': zh.messages };
