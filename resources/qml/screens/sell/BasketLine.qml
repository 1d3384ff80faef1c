import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// One line: what, how many, how much; a tap opens discount, note and removal.
ItemDelegate {
    id: line
    required property var model
    required property var vm
    property bool opened: false

    focusPolicy: Qt.StrongFocus
    padding: 0
    Accessible.name: model.title + ", " + fmt.quantity(model.quantity) + ", " + price.text
    onClicked: opened = !opened
    Keys.onReturnPressed: click()
    Keys.onDeletePressed: vm.remove(model.id)
    background: Rectangle {
        color: line.opened || line.hovered ? Theme.canvas : "transparent"
        Rectangle { anchors { bottom: parent.bottom; left: parent.left; leftMargin: 16; right: parent.right; rightMargin: 16 } color: Theme.line; height: 1 }
        FocusRing { anchors.margins: 1; around: line }
    }
    contentItem: ColumnLayout {
        spacing: 0
        RowLayout {
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.topMargin: 10
            spacing: 12
            AppText { Layout.fillWidth: true; elide: Text.ElideRight; maximumLineCount: 3; strong: true; text: line.model.title; wrapMode: Text.Wrap }
            MoneyText {
                amount: line.model.full_total
                currency: line.model.currency
                font { pixelSize: Theme.small; strikeout: true; weight: Font.Medium }
                muted: true
                visible: line.model.full_total !== line.model.total
            }
            MoneyText { id: price; amount: line.model.total; currency: line.model.currency; strong: true }
        }
        RowLayout {
            Layout.bottomMargin: 2
            Layout.leftMargin: 16
            Layout.rightMargin: 4
            spacing: 8
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0
                AppText {
                    Layout.fillWidth: true
                    font.pixelSize: Theme.small
                    muted: true
                    text: {
                        fmt.locale
                        const each = fmt.money(line.model.unit_price, line.model.currency)
                        const unit = line.model.weighed ? qsTr("%1 / %2").arg(each).arg(line.model.unit) : qsTr("%1 each").arg(each)
                        return line.model.subtitle ? line.model.subtitle + " · " + unit : unit
                    }
                }
                AppText { Layout.fillWidth: true; color: Theme.good; font.pixelSize: Theme.small; text: line.model.discount_name || ""; visible: text }
                AppText { Layout.fillWidth: true; font.italic: true; font.pixelSize: Theme.small; muted: true; text: line.model.note || ""; visible: text }
            }
            Stepper {
                value: line.model.quantity
                visible: !line.model.weighed
                what: line.model.title
                onStepped: by => line.vm.step(line.model.id, by)
            }
            ActionButton {
                text: (fmt.locale, fmt.quantity(line.model.quantity) + " " + line.model.unit)
                variant: "quiet"
                visible: !!line.model.weighed
                onClicked: line.opened = !line.opened
            }
        }
        Loader {
            Layout.fillWidth: true
            active: line.opened
            visible: active
            source: "LineTools.qml"
            onLoaded: { item.line = line.model; item.vm = line.vm; item.done.connect(() => line.opened = false) }
        }
    }
}
